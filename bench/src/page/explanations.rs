//! Why a target is not met, by the id of its row; kept here so that a new run does not lose it.
//! The table shows one only while its row misses a target.

const EXPLANATIONS: &[(&str, &str)] = &[
    (
        "create",
        "A create writes its name with the trigrams in it, and what lists are ordered by; without search it was 0.8 of \
         the limit. Of 16 creates that go together PostgreSQL takes (pg_stat_statements) 0.19 ms for the authors, \
         0.22 ms for the names, 0.14 ms for the lists and 0.11 ms for head and events, and writes 2.7 kB of log each, \
         where it was 1.3 kB: trigrams alone are 1 kB. A batch is four round trips (begin, rows, head and events, commit), \
         and two are on their way at a time; three brought less, and so did batches of each HTTP thread's own. \
         What remains is spread thinly, as its flame graph shows. An index that is filled behind the writes would \
         hide the work for a while, and a search would no longer find what was just written. How near it comes to the \
         limit depends on the disk: callers share their commits, so that a slow one costs them less than the limit \
         (6,207 of 8,045 a second, and 6,624 of 12,408 on a faster machine). The multiple of the peer asks for \
         more than the limit does.",
    ),
    (
        "sustained",
        "Each create is written, published, confirmed, consumed and written again, all on the same \
         two cores, with the broker's share. Seven times the peer, or 5,000 a second, is nearly what creates alone \
         reach. Events that come fast gather for 50 ms ([ADR 9](adr/0009-events-that-come-fast-gather.md)), which \
         took a tenth of the processor time off. Without the search's rows, which are written on both sides (see \
         above), it was 5,800 a second before that.",
    ),
    (
        "get",
        "A batch of reads is one statement, and each author comes with its books in one row. The limit is a bare select of \
         one row, without HTTP, JSON, links and books. Of what is not idle (see its flame graph) PostgreSQL has two \
         fifths, most of it looking up links and books in their indexes; HTTP has three tenths, the driver and the rows \
         two, the load one. \
         Tried: batchers of each HTTP thread's own, one HTTP thread, one to four batches on their way: all within \
         the noise of each other, as long as nothing waits for the disk.",
    ),
    (
        "links",
        "Each link is a row with two indexes and an event with two more, which is where the time goes. Three \
         statements of a batch load what its commands need to see, and four or more write it. To send the three at \
         the same time made it slower (tried): batches that are loaded sooner are smaller.",
    ),
    (
        "apply",
        "Half of what is not idle is PostgreSQL (see the flame graph), and a third of that the trigrams of the names; \
         the broker has a quarter. A batch of 256 events is about nine upserts, so that none of them is longer than a \
         record of TLS (see OPERATIONS.md); as one statement it was 10 % faster. Beside them come five round \
         trips: begin, the epoch's lock, the epoch, the checkpoint, commit. Once the driver switches Nagle's algorithm \
         off again, the batch can be one statement. Two batches are under way at a time; when it was one, a third of the \
         time was idle, and it was 0.19 of the limit. The flame graph is of that time.",
    ),
    (
        "embedded-create",
        "Everything is one process on two cores with the load: a create is written, published within \
         the process, settled by the other service in its own database, and noted, before the next \
         window. SQLite has one writer, and each statement is a hand-over to the thread that has its \
         connection: a batch of creates is six of them and a sync to disk. By the flame graph, which was drawn before \
         events gathered ([ADR 9](adr/0009-events-that-come-fast-gather.md), a fifth less to do), SQLite's threads have \
         39 %: commits 13, the index of trigrams 9; HTTP has 18, the load 4, everything in between \
         (relay, inbox, rows, wakes) 38. Without search it was 7,800 a second on a faster day.",
    ),
    (
        "goodbooks",
        "Each book is written with what it is searched by: the trigrams of its titles and of all its text, \
         its subjects, and new words by their spellings. Before there was search, it took 3.0 s on a faster day.",
    ),
    (
        "embedded-get",
        "A batch of reads is one statement, a hand-over to a thread of the driver and back. It was two, and each was \
         planned anew, for its LIMIT was a parameter: the flame graph showed that, and SQLite is compiled now to \
         plan a statement once (`.cargo/config.toml`), which brought 40 %. Of what is left HTTP has more than a third, SQLite \
         a quarter, the load a tenth. More batches at a time only made them smaller (tried with 1 to 3: \
         within the noise of each other).",
    ),
];

/// What there is to say about the growth that is kept.
pub(super) const GROWTH: &str = "All that is searched is there. PostgreSQL is as it is installed, with 128 MB of shared buffers \
    (OPERATIONS.md says what to set). A search for a rare word reads the lists of its trigrams, of which the commonest \
    grow with the catalog; all names here begin alike, which is the worst case, and falls most as the catalog grows. \
    Ten million records are two databases of 18 and 22 GB on a machine of 24 GB: right after the fill, little of what is \
    asked for is in memory. So a read by key waits for the disk, a dozen times for what is nowhere near each other, and a \
    write for the pages of the indexes that it goes into. The same reads are as fast as in a small catalog once the pages \
    are there (2,000 records, which are read over and over). Digests and snapshots read all there is, a page at a time. \
    While the snapshot of ten million was taken, the owner also made digests, about two fifths of the time; since then it \
    pauses for four times as long as one took.";

/// What there is to say about a row.
pub(super) fn of(id: &str) -> Option<&'static str> {
    let found = EXPLANATIONS.iter().find(|(explained, _)| *explained == id);
    found.map(|(_, text)| *text)
}
