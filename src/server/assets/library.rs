//! The files of the web client as they are in the binary: what they hold, what they are called, how small they get.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::LazyLock;

use actix_web::web::Bytes;
use dashmap::DashMap;
use data_encoding::HEXLOWER;
use flate2::write::GzEncoder;
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};

#[derive(Embed)]
#[folder = "static/"]
struct Files;

/// What the page begins with, below `static/`.
const FIRST: &str = "app.js";
/// Smaller files gain nothing by being packed.
const PACKED_FROM: usize = 256;
/// Of 11: what is beyond costs far more time than it saves bytes.
const BROTLI_QUALITY: i32 = 9;
const BROTLI_WINDOW: i32 = 22;

/// How a file can be packed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// As `Accept-Encoding` and `Content-Encoding` call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    fn pack(self, data: &[u8]) -> io::Result<Vec<u8>> {
        let mut packed = Vec::new();
        match self {
            Self::Brotli => {
                let params = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    lgwin: BROTLI_WINDOW,
                    size_hint: data.len(),
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut &data[..], &mut packed, &params)?;
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(&mut packed, flate2::Compression::best());
                encoder.write_all(data)?;
                encoder.finish()?;
            }
        }
        Ok(packed)
    }
}

/// One file.
#[derive(Clone, Debug)]
pub struct Asset {
    pub data: Bytes,
    /// SHA-256 in hexadecimal, shortened.
    pub digest: String,
}

impl Asset {
    /// What is no file as it is.
    pub fn of(data: Bytes) -> Self {
        Self {
            digest: HEXLOWER.encode(&Sha256::digest(&data)[..16]),
            data,
        }
    }
}

/// A file by its path below `static/`.
pub fn find(path: &str) -> Option<Asset> {
    Files::get(path).map(|file| Asset {
        digest: HEXLOWER.encode(&file.metadata.sha256_hash()[..16]),
        data: bytes(file),
    })
}

fn bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    }
}

/// All files together have one version: 16 hexadecimal digits that change when any of them does. They are part of the
/// files' addresses, so that a page never mixes two versions, and what a browser has kept needs no question.
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut digest = Sha256::new();
        for path in paths() {
            let file = Files::get(&path).map(|file| file.metadata.sha256_hash());
            digest.update(path.as_bytes());
            digest.update([0]);
            digest.update(file.unwrap_or_default());
        }
        HEXLOWER.encode(&digest.finalize()[..8])
    });
    &VERSION
}

/// All paths, sorted.
pub fn paths() -> BTreeSet<String> {
    Files::iter().map(Cow::into_owned).collect()
}

/// A text in fewer bytes, if that makes it smaller. It is packed once.
pub fn packed(path: &str, asset: &Asset, coding: Coding) -> Option<Bytes> {
    // One for each file, each way in which the page is reached, and coding: there are no more than that.
    static PACKED: LazyLock<DashMap<(String, Coding), Bytes>> = LazyLock::new(DashMap::new);
    if asset.data.len() < PACKED_FROM {
        return None;
    }
    let key = (asset.digest.clone(), coding);
    if let Some(known) = PACKED.get(&key) {
        return Some(known.clone());
    }
    let packed = coding.pack(&asset.data).inspect_err(
        |cause| tracing::error!(%cause, path, "a file of the web client could not be packed"),
    );
    let packed = Bytes::from(packed.ok()?);
    (packed.len() < asset.data.len()).then(|| {
        PACKED.insert(key, packed.clone());
        packed
    })
}

/// The modules that the page imports before it does anything, by their paths below `static/`: a browser that is told
/// of them at once fetches them at once, not one after the other as it finds them.
pub fn first_modules() -> &'static [String] {
    static MODULES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut known = vec![FIRST.to_owned()];
        let mut looked_at = 0;
        while let Some(path) = known.get(looked_at).cloned() {
            looked_at += 1;
            let Some(file) = Files::get(&path) else {
                continue;
            };
            let text = String::from_utf8_lossy(&file.data).into_owned();
            for import in imports(&text) {
                let target = resolve(&path, import);
                if !known.contains(&target) {
                    known.push(target);
                }
            }
        }
        known
    });
    &MODULES
}

/// What a module imports from at its beginning. `import()` is fetched when it is needed.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let from = line.strip_prefix("import '").or_else(|| {
            let is_import = line.starts_with("import ") || line.starts_with("} from '");
            is_import
                .then(|| line.split_once(" from '"))
                .flatten()
                .map(|(_, from)| from)
        })?;
        from.strip_suffix("';")
    })
}

/// A relative path from one file to another.
pub fn resolve(from: &str, to: &str) -> String {
    let mut parts: Vec<_> = from.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_that_is_imported_is_there() {
        let modules = first_modules();
        assert!(modules.len() > 20, "{modules:?}");
        for module in modules {
            assert!(find(module).is_some(), "{module}");
        }
    }

    #[test]
    fn imports_are_found_in_all_their_forms() {
        let text = "import './a.js';\nimport { b } from './b.js';\nimport {\n  c,\n} from '../c.js';\nconst d = import('./d.js');\n";
        assert_eq!(
            imports(text).collect::<Vec<_>>(),
            ["./a.js", "./b.js", "../c.js"]
        );
        assert_eq!(resolve("page/x.js", "../c.js"), "c.js");
        assert_eq!(resolve("app.js", "./page/b.js"), "page/b.js");
    }

    #[test]
    fn what_is_packed_is_what_it_was() {
        let asset = find(FIRST).unwrap();
        let mut unpacked = Vec::new();
        let packed = packed(FIRST, &asset, Coding::Brotli).unwrap();
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, asset.data);
        assert!(packed.len() < asset.data.len() / 2);
    }
}
