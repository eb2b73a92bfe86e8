//! Every other script. Words of titles need no Latin form.

use super::{
    Culture,
    Order::{FamilyFirst, GivenFirst},
};

pub(super) static CULTURES: &[Culture] = &[
    Culture {
        nationality: "Russian",
        language: "ru",
        share: 6,
        given: "Иван=Ivan Анна=Anna Александр=Aleksandr Мария=Maria Сергей=Sergey Елена=Elena Николай=Nikolay \
            Ольга=Olga Пётр=Pyotr Татьяна=Tatyana Фёдор=Fyodor Наталья=Natalya Юрий=Yury Ксения=Ksenia \
            Григорий=Grigory Людмила=Lyudmila Евгений=Evgeny Зинаида=Zinaida",
        family: "Иванов=Ivanov Смирнов=Smirnov Кузнецов=Kuznetsov Попов=Popov Соловьёв=Solovyov Щукин=Shchukin",
        stems: "Берёз=Beryoz Волк=Volk Воробь=Vorob Гончар=Gonchar Дубров=Dubrov Ерм=Erm Журав=Zhurav Зимн=Zimn \
            Кали=Kali Лебед=Lebed Медвед=Medved Нов=Nov Орл=Orl Пахом=Pakhom Ряб=Ryab Сокол=Sokol Тих=Tikh \
            Ушак=Ushak Черн=Chern Яков=Yakov",
        ends: "ов=ov ев=ev ин=in ский=sky енко=enko ович=ovich ышев=yshev ицын=itsyn",
        order: GivenFirst,
        gap: " ",
        adjectives: "Последняя Долгая Тихая Белая Чужая Пустая Зимняя Забытая Дальняя Первая",
        nouns: "ночь река дорога зима комната тень война площадь тишина книга сестра метель весна песня",
        titles: &["{a} {n}", "{n} и {m}", "{a} {n} и {m}", "{n} по имени {p}"],
    },
    Culture {
        nationality: "Greek",
        language: "el",
        share: 2,
        given: "Γιώργος=Giorgos Μαρία=Maria Νίκος=Nikos Ελένη=Eleni Κώστας=Kostas Σοφία=Sofia Ανδρέας=Andreas \
            Ζωή=Zoi Θεόδωρος=Theodoros Ευτυχία=Eftychia",
        family: "Παπαδόπουλος=Papadopoulos Οικονόμου=Oikonomou Βλάχος=Vlachos Ρήγας=Rigas",
        stems: "Αλεξ=Alex Βασιλ=Vasil Γερασιμ=Gerasim Δημητρ=Dimitr Καλογ=Kalog Λαμπρ=Lampr Μαυρ=Mavr \
            Νικολ=Nikol Σταμ=Stam Χαραλ=Charal",
        ends: "άκης=akis ίδης=idis όπουλος=opoulos ίου=iou άτος=atos έας=eas",
        order: GivenFirst,
        gap: " ",
        adjectives: "τελευταία μεγάλη μικρή χαμένη λευκή κρυφή μακρινή πρώτη",
        nouns: "νύχτα θάλασσα πόλη ψυχή σκιά άνοιξη φωνή βροχή γέφυρα αυγή",
        titles: &[
            "Η {a} {n}",
            "{n} και {m}",
            "Η {n} του {p}",
            "Η {a} {n} και η {m}",
        ],
    },
    Culture {
        nationality: "Egyptian",
        language: "ar",
        share: 4,
        given: "محمد=Muhammad فاطمة=Fatima أحمد=Ahmad مريم=Maryam علي=Ali ليلى=Layla يوسف=Yusuf سلمى=Salma \
            حسن=Hasan نوال=Nawal إبراهيم=Ibrahim رضوى=Radwa طارق=Tariq هدى=Huda",
        family: "الحسيني=Al-Husayni النجار=Al-Najjar منصور=Mansur الخطيب=Al-Khatib سليمان=Sulayman \
            القاضي=Al-Qadi حداد=Haddad الشريف=Al-Sharif",
        stems: "عبد=Abd",
        ends: "الرحمن=al-Rahman الله=allah الكريم=al-Karim القادر=al-Qadir العزيز=al-Aziz الحكيم=al-Hakim \
            السلام=al-Salam الرزاق=al-Razzaq المجيد=al-Majid الوهاب=al-Wahhab",
        order: GivenFirst,
        gap: " ",
        adjectives: "الأخيرة الطويلة الصامتة البيضاء الصغيرة البعيدة القديمة الضائعة",
        nouns: "ليلة مدينة حكاية رحلة أغنية شجرة غرفة ذاكرة حديقة نافذة رسالة مرآة",
        titles: &["{n} {p}", "{n} و{m}", "ال{n} {a}", "{n} {p} {a}"],
    },
    Culture {
        nationality: "Israeli",
        language: "he",
        share: 2,
        given: "דוד=David שרה=Sara יוסף=Yosef רחל=Rachel אברהם=Avraham לאה=Leah משה=Moshe נועה=Noa \
            עמוס=Amos תמר=Tamar",
        family: "כהן=Cohen לוי=Levi מזרחי=Mizrahi פרץ=Peretz ביטון=Biton אזולאי=Azoulay",
        stems: "גולד=Gold רוזנ=Rosen זילבר=Zilber גרינ=Green ויינ=Wein קירש=Kirsh ליכט=Licht",
        ends: "ברג=berg שטיין=stein מן=man בלום=blum פלד=feld באום=baum",
        order: GivenFirst,
        gap: " ",
        adjectives: "אחרונה ארוכה שקטה לבנה קטנה רחוקה אבודה נסתרת",
        nouns: "לילה עיר בית דרך גשר חלון מילה רוח שנה תמונה",
        titles: &["{n} {a}", "{n} של {p}", "{n} ו{m}", "{n} {a} של {p}"],
    },
    Culture {
        nationality: "Indian",
        language: "hi",
        share: 3,
        given: "राम=Ram सीता=Sita मोहन=Mohan गीता=Gita अर्जुन=Arjun लक्ष्मी=Lakshmi विष्णु=Vishnu राधा=Radha \
            कृष्ण=Krishna मीरा=Mira सूर्यकान्त=Suryakant महादेवी=Mahadevi",
        family: "शर्मा=Sharma वर्मा=Varma गुप्ता=Gupta सिंह=Singh मिश्र=Mishra त्रिपाठी=Tripathi",
        stems: "देव=Dev चन्द्र=Chandra राज=Raj हरि=Hari शिव=Shiv जय=Jay सोम=Som",
        ends: "दत्त=datt नाथ=nath पाल=pal शेखर=shekhar वंशी=vanshi कर=kar",
        order: GivenFirst,
        gap: " ",
        adjectives: "आख़िरी लंबी छोटी सफ़ेद पुरानी खोई चुप दूसरी",
        nouns: "रात नदी कहानी सड़क चिट्ठी खिड़की बारिश धरती आवाज़ परछाई",
        titles: &["{a} {n}", "{n} और {m}", "{p} की {n}", "{p} की {a} {n}"],
    },
    Culture {
        nationality: "Thai",
        language: "th",
        share: 2,
        given: "สมชาย=Somchai มาลี=Malee ประเสริฐ=Prasert วันดี=Wandee กิตติ=Kitti ดวงใจ=Duangjai ชาติ=Chart \
            สุดา=Suda อนุชา=Anucha พิมพา=Pimpa",
        family: "ใจดี=Jaidee แสงทอง=Saengthong",
        stems: "ศรี=Sri วงศ์=Wong สุข=Suk ทอง=Thong บุญ=Boon เพชร=Phet รัตน=Rattana",
        ends: "สวัสดิ์=sawat วิไล=wilai เจริญ=charoen มงคล=mongkol พันธุ์=phan กุล=kun",
        order: GivenFirst,
        gap: " ",
        adjectives: "สุดท้าย ยาวนาน เงียบงัน สีขาว ใบเล็ก ที่หายไป เก่าแก่ แสนไกล",
        nouns: "คืน แม่น้ำ บ้าน เมือง ทะเล จดหมาย ดวงดาว สายฝน ความฝัน หน้าต่าง",
        titles: &["{n}{a}", "{n}และ{m}", "{n}ของ{p}", "{n}{a}ของ{p}"],
    },
    Culture {
        nationality: "Korean",
        language: "ko",
        share: 3,
        given: "민준=Min-jun 서연=Seo-yeon 지훈=Ji-hun 은지=Eun-ji 현우=Hyeon-u 수진=Su-jin 영호=Yeong-ho 하은=Ha-eun \
            동욱=Dong-uk 미경=Mi-gyeong 태희=Tae-hui 정숙=Jeong-suk 경리=Gyeong-ni 완서=Wan-seo 석영=Seok-yeong \
            애란=Ae-ran",
        family: "김=Kim 이=Lee 박=Park 최=Choi 정=Jeong 강=Kang 조=Jo 윤=Yun 장=Jang 임=Im 한=Han 오=Oh 서=Seo 신=Shin \
            권=Kwon 황=Hwang 남궁=Namgung 황보=Hwangbo 제갈=Jegal",
        stems: "",
        ends: "",
        order: FamilyFirst,
        gap: "",
        adjectives: "마지막 긴 조용한 하얀 작은 잃어버린 먼 낡은 깊은",
        nouns: "밤 강 집 바다 겨울 편지 도시 그림자 창문 노래 숲 꿈 시간",
        titles: &["{a} {n}", "{n}과 {m}", "{p} 씨의 {n}", "{p} 씨의 {a} {n}"],
    },
    Culture {
        nationality: "Japanese",
        language: "ja",
        share: 5,
        given: "春樹=Haruki 由紀=Yuki 健一=Kenichi 花子=Hanako 直美=Naomi 龍=Ryu 漱石=Soseki さくら=Sakura 一葉=Ichiyo \
            太郎=Taro 康成=Yasunari かおり=Kaori 誠=Makoto 美咲=Misaki 三四郎=Sanshiro ひろみ=Hiromi 雪乃=Yukino \
            ケンジ=Kenji 小百合=Sayuri",
        family: "佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 渡辺=Watanabe 村上=Murakami 夏目=Natsume",
        stems: "山=Yama 川=Kawa 松=Matsu 竹=Take 石=Ishi 森=Mori 青=Ao 黒=Kuro 白=Shira 長=Naga 中=Naka 西=Nishi \
            東=Higashi 古=Furu 大=O",
        ends: "本=moto 田=da 村=mura 島=shima 野=no 谷=tani 崎=saki 沢=zawa 木=ki 原=hara",
        order: FamilyFirst,
        gap: " ",
        adjectives: "最後の 長い 静かな 白い 小さな 失われた 遠い 古い 青い",
        nouns: "夜 海 森 雪 街 夢 手紙 影 窓 庭 風 図書館 時計 ピアノ カメラ",
        titles: &[
            "{a}{n}",
            "{n}と{m}",
            "{p}家の{n}",
            "{p}家の{a}{n}",
            "{n}の中の{m}",
        ],
    },
    Culture {
        nationality: "Chinese",
        language: "zh",
        share: 5,
        given: "伟=Wei 芳=Fang 娜=Na 敏=Min 静=Jing 丽华=Lihua 建国=Jianguo 秀英=Xiuying 文=Wen 明轩=Mingxuan 雪芹=Xueqin \
            子涵=Zihan 爱玲=Ailing 树人=Shuren 志摩=Zhimo 婉清=Wanqing 若水=Ruoshui 天翼=Tianyi 思远=Siyuan \
            海燕=Haiyan 小波=Xiaobo 浩然=Haoran",
        family: "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 黄=Huang 赵=Zhao 吴=Wu 周=Zhou 徐=Xu 孙=Sun 马=Ma 胡=Hu \
            林=Lin 欧阳=Ouyang 司马=Sima 上官=Shangguan 诸葛=Zhuge 东方=Dongfang",
        stems: "",
        ends: "",
        order: FamilyFirst,
        gap: "",
        adjectives: "最后的 漫长的 安静的 白色的 小小的 失落的 遥远的 古老的",
        nouns: "夜晚 河流 房子 城市 大海 冬天 书信 影子 窗户 梦境 森林 时光 石头 山谷",
        titles: &[
            "{a}{n}",
            "{n}与{m}",
            "{p}家的{n}",
            "{p}家的{a}{n}",
            "{n}里的{m}",
        ],
    },
    Culture {
        nationality: "Georgian",
        language: "ka",
        share: 1,
        given: "გიორგი=Giorgi ნინო=Nino დავით=Davit მარიამ=Mariam ლევან=Levan თამარ=Tamar ვაჟა=Vazha ქეთევან=Ketevan",
        family: "",
        stems: "ბერ=Ber გელ=Gel კობ=Kob მახარ=Makhar ჩიქ=Chik წერეთ=Tseret",
        ends: "იძე=idze აშვილი=ashvili ელი=eli ავა=ava ური=uri",
        order: GivenFirst,
        gap: " ",
        adjectives: "ბოლო გრძელი ჩუმი თეთრი პატარა დაკარგული შორეული ძველი",
        nouns: "ღამე მდინარე სახლი ქალაქი ზღვა წერილი ჩრდილი სიზმარი",
        titles: &["{a} {n}", "{n} და {m}", "{p} და {a} {n}"],
    },
    Culture {
        nationality: "Armenian",
        language: "hy",
        share: 1,
        given: "Արամ=Aram Անի=Ani Հակոբ=Hakob Մարիամ=Mariam Վահան=Vahan Սիրանուշ=Siranush Ղազարոս=Ghazaros Նարե=Nare",
        family: "",
        stems: "Հովհաննիս=Hovhannis Պետրոս=Petros Սարգիս=Sargis Գրիգոր=Grigor Մանուկ=Manuk Զաքար=Zakar",
        ends: "յան=yan յանց=yants ունի=uni",
        order: GivenFirst,
        gap: " ",
        adjectives: "վերջին երկար լուռ սպիտակ փոքր կորած հեռավոր հին",
        nouns: "գիշեր գետ տուն քաղաք ծով նամակ ստվեր երազ",
        titles: &["{a} {n}", "{n} և {m}", "{p} և {a} {n}"],
    },
];
