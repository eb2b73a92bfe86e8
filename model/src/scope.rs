//! How much of the world is explored at a time.

/// Bounds: what may happen, and how finely it is taken apart. Every state within them is visited.
#[derive(Debug, Clone)]
pub struct Scope {
    /// How it is called in reports.
    pub name: &'static str,
    /// How many edits authors-service and books-service get.
    pub edits: [u8; 2],
    /// Whether records are created, revised and deleted.
    pub records: bool,
    /// Whether the link is made, removed and credited.
    pub links: bool,
    /// What exists before the first edit.
    pub beginning: Beginning,
    /// What an editor's clock may show, in milliseconds; at each edit any of them.
    pub clocks: &'static [i64],
    /// How many transactions a service has open at once. 0: each is decided and saved in one step.
    pub transactions: usize,
    /// How finely the relay is taken apart.
    pub relay: Grain,
    /// How many deliveries a consumer holds. 0: each is taken, applied and acknowledged in one step.
    pub prefetch: usize,
    /// Whether a process may be killed between any two steps.
    pub crashes: bool,
    /// Whether what was published may come again at any time.
    pub duplicates: bool,
    /// Whether the broker may lose what it holds. Then consumers hear heartbeats and ask for
    /// what is missing.
    pub losses: bool,
    /// Whether the copy of what the other side wrote may be changed by hand, once.
    pub corruption: bool,
}

impl Scope {
    /// Nothing happens.
    const STILL: Self = Self {
        name: "still",
        edits: [0, 0],
        records: false,
        links: false,
        beginning: Beginning::Nothing,
        clocks: &[0],
        transactions: 0,
        relay: Grain::Whole,
        prefetch: 0,
        crashes: false,
        duplicates: false,
        losses: false,
        corruption: false,
    };

    /// Five edits of one link, from both sides, by clocks that go ahead and back.
    pub const LINKS: Self = Self {
        name: "links",
        edits: [3, 2],
        links: true,
        beginning: Beginning::Records,
        clocks: &[0, 1],
        duplicates: true,
        ..Self::STILL
    };

    /// Records are created, linked and deleted on both sides.
    pub const CATALOG: Self = Self {
        name: "catalog",
        edits: [3, 3],
        records: true,
        links: true,
        duplicates: true,
        ..Self::STILL
    };

    /// Records, by processes that are killed between any two steps.
    pub const RECORDS: Self = Self {
        name: "records",
        edits: [3, 1],
        records: true,
        relay: Grain::Steps,
        prefetch: 2,
        crashes: true,
        duplicates: true,
        ..Self::STILL
    };

    /// A link, by processes that are killed between any two steps.
    pub const PROCESSES: Self = Self {
        name: "processes",
        edits: [2, 1],
        links: true,
        beginning: Beginning::Records,
        clocks: &[0, 1],
        relay: Grain::Steps,
        prefetch: 2,
        crashes: true,
        duplicates: true,
        ..Self::STILL
    };

    /// As `PROCESSES`, with records, and the broker loses what it holds.
    pub const LOSSES: Self = Self {
        name: "losses",
        records: true,
        clocks: &[0],
        prefetch: 1,
        losses: true,
        ..Self::PROCESSES
    };

    /// Two transactions at once on each side.
    pub const TRANSACTIONS: Self = Self {
        name: "transactions",
        edits: [3, 2],
        records: true,
        links: true,
        beginning: Beginning::Records,
        clocks: &[0, 1],
        transactions: 2,
        crashes: true,
        ..Self::STILL
    };

    /// A copy is changed by hand.
    pub const CORRUPTION: Self = Self {
        name: "corruption",
        edits: [2, 2],
        links: true,
        beginning: Beginning::Records,
        clocks: &[0, 1],
        corruption: true,
        ..Self::STILL
    };
}

/// What exists before the first edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// Nothing.
    Nothing,
    /// An author and a book, each known to both sides.
    Records,
}

/// Whether the steps of one thing can be interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// All of them in one.
    Whole,
    /// Each by itself.
    Steps,
}
