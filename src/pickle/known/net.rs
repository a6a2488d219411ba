//! `ipaddress`.

use super::super::names::Role;
use super::super::node::NodeId;
use super::super::value::{Global, Pickle, Value};
use super::Known;
use std::net::{Ipv4Addr, Ipv6Addr};

pub(super) fn address<'a>(
    pickle: &Pickle,
    class: Global<'_>,
    args: &[NodeId],
) -> Option<Known<'a>> {
    let &[only] = args else { return None };
    let name = match class.name() {
        "IPv4Address" => "IPv4Address",
        "IPv6Address" => "IPv6Address",
        "IPv4Network" => "IPv4Network",
        "IPv6Network" => "IPv6Network",
        "IPv4Interface" => "IPv4Interface",
        "IPv6Interface" => "IPv6Interface",
        _ => return None,
    };
    let text = match (class.role(), pickle.value(only)) {
        (Role::Ipv4, Value::Int(number)) => Ipv4Addr::from(u32::try_from(number).ok()?).to_string(),
        (Role::Ipv6, Value::Int(number)) => v6(u128::try_from(number).ok()?),
        (Role::Ipv6, Value::BigInt(number)) => v6(number.as_u128()?),
        (Role::Ipv4 | Role::Ipv6 | Role::IpText, Value::Text(text)) => {
            // The longest is an IPv6 interface with a scope name.
            let text = Some(text)
                .filter(|text| text.bytes().len() <= 200)?
                .as_str()?;
            let good = |char: char| char.is_ascii_alphanumeric() || ".:/%-_".contains(char);
            Some(text).filter(|text| text.chars().all(good))?.to_owned()
        }
        _ => return None,
    };
    Some(Known::Ip(name, text))
}

/// Python writes every address in hexadecimal, where Rust shows an embedded IPv4
/// address in decimal.
fn v6(number: u128) -> String {
    let address = Ipv6Addr::from(number);
    let text = address.to_string();
    if !text.contains('.') {
        return text;
    }
    let [.., high, low] = address.segments();
    let head = text
        .rfind(':')
        .and_then(|colon| text.get(..=colon))
        .unwrap_or("::");
    format!("{head}{high:x}:{low:x}")
}
