//! What one line of the table says.

/// A piece of work that is measured, and what it is held against.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its name in files.
    pub(crate) id: &'static str,
    /// What is done.
    pub(crate) work: &'static str,
    /// In what it is counted.
    pub(crate) unit: Unit,
    /// What the limit is, if there is one.
    pub(crate) limit: Option<&'static str>,
    /// What has to be reached.
    pub(crate) targets: &'static [Target],
}

/// What figures count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// So many of these a second.
    PerSecond(&'static str),
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Megabytes (of a million bytes).
    Megabytes,
    /// So many in a hundred.
    Percent,
    /// Hundredths of one core.
    PercentOfACore,
}

/// What has to be reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Target {
    /// So many times the limit's rate, at least.
    OfLimit(f64),
    /// So many times the limit's time, at most.
    TimesLimit(f64),
    /// So many times the peer's rate, at least.
    OfPeer(f64),
    /// A figure, at least.
    AtLeast(f64),
    /// A figure, at most.
    AtMost(f64),
}

/// Whose figure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// What the servers can do without any service.
    Limit,
    /// A like service of another make.
    Peer,
    /// Ours.
    Colophon,
}

impl Unit {
    /// As it stands behind a figure.
    pub(crate) fn suffix(self) -> String {
        match self {
            Self::PerSecond("") => "/s".to_owned(),
            Self::PerSecond(what) => format!("{what}/s"),
            Self::Milliseconds => "ms".to_owned(),
            Self::Seconds => "s".to_owned(),
            Self::Megabytes => "MB".to_owned(),
            Self::Percent => "%".to_owned(),
            Self::PercentOfACore => "% of a core".to_owned(),
        }
    }
}
