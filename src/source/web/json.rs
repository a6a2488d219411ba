//! Listings in JSON: nginx's (`autoindex_format json`) and Caddy's (to who accepts it).
//!
//! Both are a list with an object for each name. nginx says `type` (`file`, `directory`, and
//! `other` for what is neither), Caddy `is_dir`, with a `/` behind the name of a folder. Both
//! tell exact sizes.

use super::{Listed, NoListing};
use serde_json::Value;

pub(super) fn read(body: &[u8], most: usize) -> Result<Listed, NoListing> {
    let items = match serde_json::from_slice(body) {
        Ok(Value::Array(items)) => items,
        Ok(_) => return Err(NoListing::Json),
        Err(error) if error.is_eof() => return Err(NoListing::CutOff),
        Err(_) => return Err(NoListing::Json),
    };
    let mut listed = Listed::default();
    for item in items {
        let name = item.get("name").and_then(Value::as_str);
        let kind = item.get("type").and_then(Value::as_str);
        let is_folder = match (kind, item.get("is_dir").and_then(Value::as_bool)) {
            (Some("directory"), _) | (None, Some(true)) => true,
            (Some(_), _) | (None, Some(false)) => false,
            (None, None) => return Err(NoListing::Json),
        };
        let name = name.ok_or(NoListing::Json)?;
        let name = match is_folder {
            true => name.strip_suffix('/').unwrap_or(name),
            false => name,
        };
        if listed.is_full(most) {
            break;
        }
        listed.add(name, is_folder, item.get("size").and_then(Value::as_u64));
    }
    Ok(listed)
}
