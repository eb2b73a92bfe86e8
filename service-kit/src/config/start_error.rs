//! Why a program does not start, in one line.

use std::fmt;

/// A setting that is wrong: `SERVICE_PORT: 127.0.0.1:8001 is in use; set another port`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    setting: String,
    reason: String,
}

impl ConfigError {
    /// Names the setting, as it is set, and what is wrong with it. Never put a secret into the
    /// reason.
    pub fn new(setting: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self {
            setting: setting.into(),
            reason: one_line(&reason.to_string()),
        }
    }

    /// The name of the setting.
    pub fn setting(&self) -> &str {
        &self.setting
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.reason)
    }
}

impl std::error::Error for ConfigError {}

/// Why a program stops before it serves. Shown in one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A setting is wrong, and the one who starts the program can put it right.
    #[error(transparent)]
    Setting(#[from] ConfigError),
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

impl StartError {
    /// Something failed that no setting would put right.
    pub fn failed(reason: impl fmt::Display) -> Self {
        Self::Failed(one_line(&reason.to_string()))
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_whatever_the_reason() {
        let error = StartError::from(ConfigError::new("DATABASE_URL", "no such\n  host\n"));
        assert_eq!(error.to_string(), "DATABASE_URL: no such host");
        assert_eq!(StartError::failed("a\nb").to_string(), "a b");
    }
}
