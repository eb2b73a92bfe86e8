//! Why a target is not met, by the id of its row; kept here so that a new run does not lose it.
//! The table shows one only while its row misses a target.

const EXPLANATIONS: &[(&str, &str)] = &[
    (
        "create",
        "Without search it was 11,000 a second, and 0.8 of the limit. Now a create also writes its name with the \
         trigrams in it, and what lists are ordered by. Of 16 creates that go together PostgreSQL takes \
         (pg_stat_statements) 0.19 ms for the authors, 0.22 ms for the names, 0.14 ms for the lists and 0.11 ms for \
         head and events, and writes 2.7 kB of log each, where it was 1.3 kB: trigrams alone are 1 kB. All of it \
         but head and events is one statement, so that a batch is four round trips as before (begin, rows, head and \
         events, commit); two batches are on their way at a time, which brought 12 %; three brought less again, \
         and so did batches of each HTTP thread's own. What remains is the work \
         itself, spread thinly (no function of the service has 3 % of its time; the kernel's switching between \
         threads has 15): an index that is filled behind the writes would hide it for a while, and a search would no \
         longer find what was just written. The multiple of the peer asks for more than the limit does: 15 times \
         the peer is the limit, give or take a little.",
    ),
    (
        "sustained",
        "Each create is written, published, confirmed, consumed and written again, all on the same \
         two cores, with the broker's share. Seven times the peer would be more than the 5,000 a \
         second that are asked for. Without the search's rows, which are written on both sides (see above), it \
         was 5,800 a second.",
    ),
    (
        "get",
        "A read is two statements for a whole batch, and takes more of the processors in the service than in \
         PostgreSQL (see above). The limit is a bare select of one row, without HTTP, JSON, links and books: \
         15 µs a read. Of the service's share a quarter is the kernel, switching between the thread that \
         has the connection and the threads that have the callers (`perf`: `finish_task_switch` 18 %, \
         wakes 8 %), a tenth is allocation, and a twentieth the log. Tried: a batcher with connections of its own \
         for each HTTP thread spares those wakes, but its batches are half as large, and no more came out; two \
         batches on their way brought a quarter less, for the same reason.",
    ),
    (
        "links",
        "Each link is a row with two indexes and an event with two more: about 25 µs in PostgreSQL, \
         which is where the time goes. Three statements of a batch load what its commands need to see, \
         and four or more write it.",
    ),
    (
        "apply",
        "A batch of 256 events is about nine upserts, so that none of them is longer than a record of \
         TLS (see OPERATIONS.md); as one statement it was 10 % faster, and met the target. Beside them \
         come five round trips: begin, the epoch's lock, the epoch, the checkpoint, commit. Once the \
         driver switches Nagle's algorithm off again, the batch can be one statement.",
    ),
    (
        "embedded-create",
        "Everything is one process on two cores with the load: a create is written, published within \
         the process, settled by the other service in its own database, and noted, before the next \
         window. SQLite has one writer, and each statement is a hand-over to the thread that has its \
         connection: a batch of creates is five of them and a sync to disk. Fewer hand-overs (one job \
         for a whole transaction) need a driver that lets a closure run beside its connection. \
         The search's rows come on top; without, it was 7,800 a second. By `perf`, SQLite itself has 29 % of the two \
         cores, HTTP 25 %, everything in between (relay, inbox, rows, wakes) 24 %, and the load 11 %.",
    ),
    (
        "goodbooks",
        "Each book is written with what it is searched by: the trigrams of its titles and of all its text, \
         its subjects, and new words by their spellings. Before there was search, it took 3.0 s.",
    ),
    (
        "rest-embedded-memory",
        "9 MB are the program's own; the rest is the program itself, both services in one file, as far as \
         it was run: pages that the system can drop at any time. It was 27.4 MB before search, history and \
         receipts. Link-time optimization would make the file smaller, and the build several minutes longer.",
    ),
    (
        "embedded-get",
        "A batch of reads is two statements, each a hand-over to a thread of the driver and back, and each \
         row comes through a channel by itself. While the batch is away, the processor is not full: the 32 \
         connections wait for it. More batches at a time only made them smaller (tried with 1 to 4: \
         within the noise of each other).",
    ),
];

/// What there is to say about the growth that is kept.
pub(super) const GROWTH: &str = "All that is searched is there. \
    PostgreSQL is as it is installed, with 128 MB of shared buffers: a million records do not fit, so that a read by \
    key fetches two or three pages from the system, 15 µs each, and finds little of what it needs in the \
    processor's own memory. With 4 GB of them it was 15,000 reads a second at a million (OPERATIONS.md says what \
    to set). A search for a rare word reads the lists of its trigrams, of which the commonest grow with the \
    catalog; all names here begin alike, which is the worst case, and falls most as the catalog grows. \
    The figures of ten million records (two databases of 18 and 22 GB, more than the memory of the machine) are no \
    single run of the command, and were entered by hand; the programs were those of commit 16207e0. A first \
    run came right after the fill and beside a build: get 2,351 and 2,532, lists 560 and 652, search 93, create 1,565 and \
    1,969, link 1,228, relay 9,141, apply 7,356. What stands in the tables is a second one on the same databases, with nothing beside it, by a \
    bench that was changed to leave out the fill: by then much of them had been read, so that it tells of a warm \
    catalog, and the first of a cold one. The digest is the first run's, with part of it beside builds and under settings of the fill (no \
    full-page writes, 6 GB of log between checkpoints), and with the copy counted for `/sync` all the time. The \
    snapshot was timed from the start of books-service to its checkpoint, its first minutes beside a build. Why \
    writes are slower at that size was not looked into.";

/// What there is to say about a row.
pub(super) fn of(id: &str) -> Option<&'static str> {
    let found = EXPLANATIONS.iter().find(|(explained, _)| *explained == id);
    found.map(|(_, text)| *text)
}
