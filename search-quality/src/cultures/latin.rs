//! Latin letters, with and without marks.

use super::{
    Culture,
    Order::{FamilyFirst, GivenFirst},
};

pub(super) static CULTURES: &[Culture] = &[
    Culture {
        nationality: "English",
        language: "en",
        share: 33,
        given: "John Mary William Elizabeth James Anne Thomas Margaret George Jane Robert Sarah Charles \
            Alice Henry Emily Edward Charlotte Richard Helen David Catherine Peter Dorothy Michael \
            Florence Arthur Eleanor Frederick Grace Walter Harriet Hugh Ivy Stephen Judith Daniel \
            Katherine Samuel Lucy Philip Martha Andrew Nancy Simon Olive Martin Phoebe Nigel Rachel \
            Oliver Ruth Oscar Susan Patrick Sylvia Quentin Ursula Ralph Violet Roland Winifred Sebastian \
            Agatha Theodore Beatrice Vincent Clementine Alistair Delphine Barnaby Edith Crispin Felicity \
            Desmond Gwendolen Everard Honoria Fergus Isolde Gideon Jocasta",
        family: "Smith Jones Taylor Brown Wilson Evans Johnson Walker Wright Green Hall Wood Clarke Hill Ward \
            Turner Cooper Baker Parker Carter Mills Palmer Stone Fisher O'Brien O'Neill Fox Marsh Webb \
            Day-Lewis Lane Frost Hart Snow Swift Winter-Hale Nightingale Blackwood Thorne Quill",
        stems: "Ash Birch Black Brad Brook Burn Cald Carn Clay Cold Cran Dun East Elder Fair Fern Gold Gran \
            Hal Hart Haw Hazel Holl Hunt Ket Lang Lind Lock Marl Mead Mill Moor Nor Oak Pem Penn Quar \
            Red Rock Rother Sedge Shel Stan Stock Strat Sunder Thorn Tren Under Wain Wake West Whit Wil \
            Winter Wolver Wood Wyn Yar Yel",
        ends: "ton ley ford field well worth wood ham bury combe dale den burn gate grove ridge hurst stead \
            thorpe wick by shaw bridge more",
        order: GivenFirst,
        gap: " ",
        adjectives: "Last Lost Silent Dark Long Secret White Little Golden Forgotten Broken Distant Old \
            Invisible Red Quiet Hidden Burning Crooked Empty Winter Wild Second Painted Hollow Frozen \
            Unfinished Patient Crimson Wandering Sunken Gentle Hungry Paper Borrowed Velvet Restless \
            Sleeping Stubborn Tangled Amber Bitter Copper Drowned Faithless Glass Idle Luminous Midnight \
            Nameless Obedient Perilous Reluctant Salted Thirteenth Unquiet Weathered",
        nouns: "House Night River Garden Sea Winter City King Daughter Child War Road Island Light Shadow \
            Letter Summer Stone Mountain Bird Dream Song Storm Queen Forest Ghost Window Bridge Mirror Clock \
            Orchard Library Lighthouse Mapmaker Train Harbor Kitchen Widow Soldier Painter Gardener Doctor \
            Thief Stranger Horse Fox Wolf Raven Heron Tide Snow Ash Ember Salt Bread Wine Silk Iron Bell \
            Tower Cathedral Market Mill Quarry Cellar Attic Staircase Lantern Compass Anchor Needle Thimble \
            Almanac Atlas Alphabet Arithmetic Grammar Botanist Cartographer Apothecary Astronomer Beekeeper \
            Cobbler Ferryman Glassblower Locksmith Puppeteer Watchmaker Labyrinth Meridian Solstice Equinox \
            Monsoon Glacier Estuary Peninsula Archipelago Observatory Menagerie Carousel Pendulum Semaphore",
        titles: &[
            "The {a} {n}",
            "The {n} of {p}",
            "The {n} and the {m}",
            "{a} {n}",
            "A {n} for {p}",
            "The {a} {n} of {p}",
            "{n}s and {m}s",
            "The {n} at {p} Hall",
            "In the {n} of the {m}",
            "Notes on a {a} {n}",
            "What the {n} Knew",
            "The {p} {n}",
            "A Short History of the {n}",
            "The {n}'s {m}",
            "Under the {a} {n}",
            "{p} and the {a} {n}",
        ],
    },
    Culture {
        nationality: "Spanish",
        language: "es",
        share: 7,
        given: "María José Antonio Carmen Juan Ana Francisco Isabel Luis Pilar Miguel Lucía Jesús Ángela \
            Andrés Inés Joaquín Sofía Ramón Belén Julián Nuria Tomás Rocío Nicolás Begoña Íñigo Consuelo",
        family: "García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Núñez Muñoz Ibáñez \
            Peña Zúñiga Ordóñez Güell Echeverría Oñate",
        stems: "Agui Alma Bar Bena Cala Casa Cor Dela Esca Fuen Gara Isla Lara Monta Nava Orte Pala Quin Riba \
            Sala Torre Valde Villa Zara",
        ends: "ñeda lvar rrosa lejos ndía ño rales mendi vides rtés bón gués",
        order: GivenFirst,
        gap: " ",
        adjectives: "Última Perdida Larga Secreta Blanca Pequeña Rota Oscura Lejana Olvidada Azul Vacía",
        nouns: "casa noche sombra ciudad guerra lluvia niña muerte canción montaña habitación luz memoria \
            estación mañana campaña araña señal voz isla",
        titles: &[
            "La {n} de {p}",
            "{n} y {m}",
            "La {a} {n}",
            "Una {n} para {p}",
            "La {n} y la {m}",
        ],
    },
    Culture {
        nationality: "French",
        language: "fr",
        share: 7,
        given: "Jean Marie Pierre Françoise Michel Hélène André Thérèse René Geneviève Jean-Paul Anne-Sophie \
            Jérôme Zoé Benoît Aurélie Étienne Chloé François Joséphine Loïc Noémie Gaël Maïté",
        family: "Martin Bernard Lefèvre Dubois Moreau Lemaître Girard Chênet Béranger Delacroix Desprès \
            Gâtineau Hébert",
        stems: "Beau Bois Cham Châte Clair Dela Fontai Gran Haute Lam Mar Mont Neu Pré Ro Saint Val Vau Ville",
        ends: "bert çon court fort gnac lière mont neuve pré sart tier ville",
        order: GivenFirst,
        gap: " ",
        adjectives: "Dernière Longue Petite Étrange Lointaine Blanche Brisée Dorée Cachée Légère Première",
        nouns: "maison nuit forêt fenêtre rivière fête mère guerre lumière poussière bête légende île \
            tempête rêverie horloge pluie étoile école ombre",
        titles: &[
            "La {n} de {p}",
            "{n} et {m}",
            "Une {a} {n}",
            "La {a} {n} de {p}",
            "Sans {n} ni {m}",
        ],
    },
    Culture {
        nationality: "German",
        language: "de",
        share: 6,
        given: "Hans Anna Karl Maria Friedrich Käthe Jürgen Ursula Günther Brigitte Jörg Annegret Björn \
            Hannelore Götz Bärbel Rüdiger Gisela Wolfgang Adelheid",
        family: "Müller Schmidt Schneider Fischer Weber Schäfer Köhler König Groß Strauß Böhm Jäger Fuß Weiß",
        stems: "Alt Berg Birken Brück Eich Feld Grün Hohen Kalten Königs Linden Mühl Neu Ober Rosen Schön Stein \
            Tannen Unter Wald",
        ends: "bach baum berger dorf hagen hofer müller mann roth stätter thal weiß",
        order: GivenFirst,
        gap: " ",
        adjectives: "letzte lange stille weiße kleine große schöne späte fremde blaue müde verlorene",
        nouns: "Straße Nacht Brücke Stadt Tür Küche Mühle Insel Erzählung Größe Höhle Blüte Wüste Grenze Reise \
            Stille Kälte Schwester Bühne Treppe",
        titles: &[
            "Die {a} {n}",
            "Die {n} von {p}",
            "{n} und {m}",
            "Die {n} der {m}",
            "Keine {n} für {p}",
        ],
    },
    Culture {
        nationality: "Polish",
        language: "pl",
        share: 3,
        given: "Jan Anna Stanisław Małgorzata Łukasz Elżbieta Wojciech Bożena Paweł Grażyna Michał Świętosława",
        family: "Nowak Kowalski Wójcik Zieliński Dąbrowski Kozłowski Żak Śliwa Źródło",
        stems: "Biał Czarn Dąb Grab Jawor Kamień Lip Łąk Ostr Piask Sosn Świerk Wierzb Zamoj Żur",
        ends: "ecki ewicz iński kowski ński orski owiak yński",
        order: GivenFirst,
        gap: " ",
        adjectives: "Ostatnia Długa Cicha Biała Mała Złota Późna Zgubiona Obca Pierwsza",
        nouns: "noc rzeka ścieżka książka wieś zima miłość cisza góra łódka gwiazda śmierć wyspa źrenica",
        titles: &["{a} {n}", "{n} i {m}", "{a} {n} {p}", "{n} bez {m}"],
    },
    Culture {
        nationality: "Swedish",
        language: "sv",
        share: 3,
        given: "Erik Anna Lars Karin Åke Märta Björn Åsa Göran Kerstin Östen Sölve Håkan Linnéa",
        family: "Andersson Johansson Åkesson Öberg Sjögren Ström Nyström Hägg Björk",
        stems: "Alm Berg Björk Ceder Dal Ek Forss Gran Hall Hög Kvarn Lind Lund Norr Rosen Sand Söder Ving Wall Åker",
        ends: "berg blad gren hjelm kvist mark qvist strand ström vall",
        order: GivenFirst,
        gap: " ",
        adjectives: "Sista Långa Tysta Vita Lilla Gömda Förlorade Blå Främmande Andra",
        nouns: "natten sjön ön skogen snön drömmen bron kärleken fågeln båten resan vägen året höken",
        titles: &[
            "Den {a} {n}",
            "{n} och {m}",
            "{n} i {p}",
            "Den {a} {n} vid {p}",
        ],
    },
    Culture {
        nationality: "Turkish",
        language: "tr",
        share: 2,
        given: "Mehmet Ayşe Mustafa Fatma Işıl Oğuz Şükrü Gülşen Çağla İbrahim Özgür Ünal",
        family: "Yılmaz Kaya Demir Şahin Çelik Yıldız Öztürk Aydın Güneş",
        stems: "Ak Altın Bayrak Çınar Dağ Er Gök Güneş Kara Kılıç Öz Sarı Taş Toprak Yeşil",
        ends: "bay can çı dağ doğan er lı oğlu soy taş",
        order: GivenFirst,
        gap: " ",
        adjectives: "Son Uzun Sessiz Beyaz Küçük Kayıp Gizli Kırık Uzak Mavi",
        nouns: "gece deniz şehir kış köprü çocuk ışık gölge rüzgâr mektup bahçe ağaç yağmur düş",
        titles: &["{a} {n}", "{n} ve {m}", "{p} {n}", "{p} ve {a} {n}"],
    },
    Culture {
        nationality: "Vietnamese",
        language: "vi",
        share: 2,
        given: "Hương Minh Thảo Đức Lan Quốc Thúy Hùng Ngọc Dũng Phương Sơn Ánh Thịnh Tuyết Bảo Bình Châu Đông Giang \
            Khánh Lâm Nhật Quý Tân Việt Diễm Hạnh Kiều Liễu Mạnh Nghĩa Oanh Phúc Quyên Thủy Uyên Vĩnh Xuân Yến",
        family: "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý",
        stems: "",
        ends: "",
        order: FamilyFirst,
        gap: " ",
        adjectives: "cuối nhỏ trắng buồn xa xanh cũ lặng",
        nouns: "đêm sông biển nhà rừng mưa gió thành trăng đường mùa sương",
        titles: &["{n} {a}", "{n} và {m}", "{n} của {p}", "{n} {a} ở {p}"],
    },
    Culture {
        nationality: "Portuguese",
        language: "pt",
        share: 3,
        given: "João Maria António Inês Tomás Conceição Luís Graça Sebastião Beatriz Simão Leonor Estêvão Lídia",
        family: "Silva Santos Ferreira Pereira Magalhães Guimarães Araújo Simões Brandão Conceição",
        stems: "Alva Bar Car Cas Fa Ma Mon Pa Que Sam Tei Val Vas",
        ends: "çal celos ção deira galhas lhães nhos queiró rães xeira",
        order: GivenFirst,
        gap: " ",
        adjectives: "Última Longa Pequena Branca Perdida Escondida Distante Antiga",
        nouns: "casa noite canção mãe manhã solidão cidade estação irmã praia paixão maré",
        titles: &["A {n} de {p}", "{n} e {m}", "A {a} {n}", "A {a} {n} de {p}"],
    },
];
