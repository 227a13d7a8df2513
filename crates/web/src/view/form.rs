//! A form between two renderings: what the person typed stays, what is wrong stands beside it and once more on top.

/// What is wrong with a field, with what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    pub field: String,
    pub text: String,
}

/// The values of a form by field name, and its errors.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Form {
    values: Vec<(String, String)>,
    pub errors: Vec<FieldError>,
}

impl Form {
    /// From the pairs a browser sent or a handler suggests.
    pub fn of<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Form { values: pairs.into_iter().map(|(n, v)| (n.into(), v.into())).collect(), errors: Vec::new() }
    }
    /// What was typed, in order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.values
    }
    /// With one more error.
    #[must_use]
    pub fn wrong(mut self, field: impl Into<String>, text: impl Into<String>) -> Self {
        self.errors.push(FieldError { field: field.into(), text: text.into() });
        self
    }
    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }
    /// Without the values of a field that must not come back.
    pub fn forget(&mut self, name: &str) {
        self.values.retain(|(n, _)| n != name);
    }
    /// The value of a field, empty when there is none.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
    /// Whether a box or option is chosen.
    pub fn has(&self, name: &str, value: impl AsRef<str>) -> bool {
        self.values.iter().any(|(n, v)| n == name && v == value.as_ref())
    }
    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|e| e.field == name).map(|e| e.text.as_str())
    }
}
