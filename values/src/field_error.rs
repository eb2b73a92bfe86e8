//! What is wrong with one field of what somebody sent, and what would be right.

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Path of the field as the sender knows it: `name`, `aliases[2]`, `identifiers.isni`.
    pub field: String,
    /// Stable, machine-readable reason in snake case: `required`, `too_long`, `check_digit`.
    pub code: &'static str,
    /// A sentence for a person: what is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    /// Names a wrong field.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            message: message.into(),
        }
    }
}

/// Collects *every* wrong field before anything is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one wrong field.
    pub fn push(&mut self, error: FieldError) {
        self.0.push(error);
    }

    /// Adds several wrong fields.
    pub fn extend(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        self.0.extend(errors);
    }

    /// Adds the errors of fields that are not named yet: a field whose type is wrong already has
    /// its error, and what it means can't be told.
    pub fn extend_unnamed(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        let named: Vec<String> = self
            .0
            .iter()
            .map(|error| top(&error.field).to_owned())
            .collect();
        let unnamed = |error: &FieldError| !named.iter().any(|name| name == top(&error.field));
        self.0.extend(errors.into_iter().filter(unnamed));
    }

    /// Keeps the value of a field that parsed; notes the error of one that did not.
    pub fn take<T>(&mut self, result: Result<T, FieldError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(error);
                None
            }
        }
    }

    /// Keeps a value that parsed; notes every error of one made of several parts.
    pub fn take_all<T>(&mut self, result: Result<T, Vec<FieldError>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(errors) => {
                self.extend(errors);
                None
            }
        }
    }

    /// Whether every field was right.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The wrong fields, in the order in which they were found.
    pub fn into_vec(self) -> Vec<FieldError> {
        self.0
    }
}

/// The field of the body that a path begins with: `aliases` of `aliases[2]`.
fn top(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or(path)
}
