//! The workspace's source files, without their comments and without the code that is only built
//! for tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    product,
    tokens::{self, Token, TokenKind},
};

/// One source file.
pub(crate) struct SourceFile {
    path: String,
    /// What the product is built from.
    pub(crate) tokens: Vec<Token>,
    test_modules: Vec<String>,
}

impl SourceFile {
    /// Reads `text`, which stands in the file at `path`.
    pub(crate) fn parse(path: impl Into<String>, text: &str) -> Self {
        let product = product::without_tests(tokens::read(text));
        Self {
            path: path.into(),
            tokens: product.tokens,
            test_modules: product.test_modules,
        }
    }

    /// Every name and keyword, with the token it is.
    pub(crate) fn words(&self) -> impl Iterator<Item = (&Token, &str)> {
        self.tokens.iter().filter_map(|token| match &token.kind {
            TokenKind::Word(word) => Some((token, word.as_str())),
            TokenKind::Text(_) | TokenKind::Mark(_) => None,
        })
    }

    /// The line that reports `what` at `token`.
    pub(crate) fn names(&self, token: &Token, what: &str) -> String {
        format!("{}:{} names {what}", self.path, token.line)
    }
}

/// The folders of the workspace's crates.
pub(crate) fn workspace_crates() -> Vec<String> {
    entries(&root())
        .into_iter()
        .filter(|path| path.join("Cargo.toml").is_file())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect()
}

/// Every source file below `folder` (from the workspace's root) that is part of the product. None
/// if there is no such folder.
pub(crate) fn product_code(folder: &str) -> Vec<SourceFile> {
    let mut paths = Vec::new();
    collect(&root().join(folder), &mut paths);
    let files: Vec<(PathBuf, SourceFile)> = paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let shown = path.strip_prefix(root()).unwrap_or(&path);
            let file = SourceFile::parse(shown.display().to_string(), &text);
            (path, file)
        })
        .collect();
    let test_only: Vec<PathBuf> = files
        .iter()
        .flat_map(|(path, file)| {
            let folder = module_folder(path);
            file.test_modules.iter().map(move |name| folder.join(name))
        })
        .collect();
    files
        .into_iter()
        .filter(|(path, _)| {
            !test_only
                .iter()
                .any(|module| path.starts_with(module) || *path == module.with_extension("rs"))
        })
        .map(|(_, file)| file)
        .collect()
}

/// Where the modules that the file at `path` declares are looked for.
fn module_folder(path: &Path) -> PathBuf {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("lib.rs" | "main.rs" | "mod.rs") => path.with_file_name(""),
        _ => path.with_extension(""),
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    paths
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default()
}
