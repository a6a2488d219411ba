//! A server of a folder without a socket: it gives files, in parts too, and lists folders as
//! servers do. `tests/servers.rs` holds the real ones to the same.

use crate::site::Reply;
use runglass::source::{Ask, Http, HttpAnswer, HttpFailure, Waiting};
use std::collections::BTreeMap;
use std::future::ready;

/// Whose listings it writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Style {
    Python,
    Nginx,
    NginxJson,
    Apache,
    Lighttpd,
    Caddy,
    Bucket,
}

/// Where it is; a bucket's keys begin after its name.
const HOST: &str = "http://lister.test/lab/";

pub struct Lister {
    pub style: Style,
    /// By their paths below the folder `runs`.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Lister {
    pub fn url(path: &str) -> String {
        format!("{HOST}runs/{path}")
    }

    fn reply(&self, ask: &Ask<'_>) -> Reply {
        let (path, query) = ask.url.split_once('?').unwrap_or((ask.url, ""));
        let path = decoded(path.strip_prefix(HOST).unwrap());
        if self.style == Style::Bucket && path.is_empty() {
            return Reply::whole(self.keys(query).as_bytes());
        }
        let path = path.strip_prefix("runs/").unwrap_or(&path);
        if let Some(file) = self.files.get(path) {
            return Reply::part(file, ask.range.clone());
        }
        let inside = self.inside(path);
        if self.style == Style::Bucket {
            let no = format!("<Error><Code>NoSuchKey</Code><Key>runs/{path}</Key></Error>");
            return Reply {
                body: no.into_bytes(),
                ..Reply::status(404)
            };
        }
        match inside.is_empty() || !(path.is_empty() || path.ends_with('/')) {
            true => Reply::status(404),
            false => Reply::whole(self.page(&inside).as_bytes()),
        }
    }

    /// What lies directly in a folder: folders end with `/` and have no size.
    fn inside(&self, folder: &str) -> BTreeMap<String, Option<usize>> {
        let below = self.files.range(folder.to_owned()..);
        let below = below.map_while(|(path, bytes)| Some((path.strip_prefix(folder)?, bytes)));
        let entries = below.map(|(rest, bytes)| match rest.split_once('/') {
            Some((name, _)) => (format!("{name}/"), None),
            None => (rest.to_owned(), Some(bytes.len())),
        });
        entries.collect()
    }

    fn page(&self, inside: &BTreeMap<String, Option<usize>>) -> String {
        let lines = |line: &dyn Fn(&str, Option<usize>) -> String, between: &str| {
            let all = inside.iter().map(|(name, size)| line(name, *size));
            all.collect::<Vec<_>>().join(between)
        };
        let link = |name: &str| format!("<a href=\"{}\">{name}</a>", encoded(name));
        let bare = |name: &str| name.trim_end_matches('/').to_owned();
        match self.style {
            Style::Python => format!(
                "<!DOCTYPE HTML><html><title>Directory listing for /</title><ul>{}</ul></html>",
                lines(&|name, _| format!("<li>{}</li>", link(name)), "\n")
            ),
            Style::Nginx => format!(
                "<html><head><title>Index of /x/</title></head><pre><a href=\"../\">../</a>\n{}</pre></html>",
                lines(
                    &|name, size| {
                        let size = size.map_or("-".to_owned(), |size| size.to_string());
                        format!("{}   29-Feb-2024 12:34   {size}", link(name))
                    },
                    "\n"
                )
            ),
            Style::NginxJson => format!(
                "[\n{}\n]",
                lines(
                    &|name, size| match size {
                        None => format!(r#"{{ "name":"{}", "type":"directory" }}"#, bare(name)),
                        Some(size) => {
                            format!(r#"{{ "name":"{name}", "type":"file", "size":{size} }}"#)
                        }
                    },
                    ",\n"
                )
            ),
            Style::Apache => format!(
                "<html><head><title>Index of /x</title></head><h1>Index of /x</h1><ul>\
                 <li><a href=\"/\"> Parent Directory</a></li>{}</ul></html>",
                lines(&|name, _| format!("<li>{}</li>", link(name)), "\n")
            ),
            Style::Lighttpd => format!(
                "<html><title>Index of /x/</title><table summary=\"Directory Listing\"><tbody>\
                 <tr><td class=\"n\"><a href=\"../\">..</a>/</td></tr>{}</tbody></table></html>",
                lines(&|name, _| format!("<tr><td>{}</td></tr>", link(name)), "\n")
            ),
            Style::Caddy => format!(
                "[{}]",
                lines(
                    &|name, size| {
                        let (folder, size) = (size.is_none(), size.unwrap_or(4096));
                        let url = encoded(name);
                        format!(
                            r#"{{"name":"{name}","size":{size},"url":"./{url}","is_dir":{folder}}}"#
                        )
                    },
                    ","
                )
            ),
            Style::Bucket => unreachable!("a bucket lists its keys"),
        }
    }

    /// A page of the keys of a bucket, of at most as many as Amazon's has.
    fn keys(&self, query: &str) -> String {
        const MOST: usize = 1000;
        let asked = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(known, _)| *known == name)
                .map(|(_, value)| decoded(value))
        };
        let prefix = asked("prefix").unwrap_or_default();
        let from: usize = asked("continuation-token").map_or(0, |token| token.parse().unwrap());
        let folder = prefix.strip_prefix("runs/");
        let inside = folder.map(|folder| self.inside(folder)).unwrap_or_default();
        let page: String = inside
            .iter()
            .skip(from)
            .take(MOST)
            .map(|(name, size)| {
                let key = encoded(&format!("{prefix}{name}"));
                match size {
                    None => format!("<CommonPrefixes><Prefix>{key}</Prefix></CommonPrefixes>"),
                    Some(size) => {
                        format!("<Contents><Key>{key}</Key><Size>{size}</Size></Contents>")
                    }
                }
            })
            .collect();
        let more = inside.len() > from + MOST;
        let next = from + MOST;
        format!(
            "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>{more}</IsTruncated>\
             <Prefix>{}</Prefix><EncodingType>url</EncodingType>{page}\
             <NextContinuationToken>{next}</NextContinuationToken></ListBucketResult>",
            encoded(&prefix)
        )
    }
}

fn encoded(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    name.bytes()
        .map(|byte| match is_plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

impl Http for Lister {
    fn get<'a>(
        &'a self,
        ask: Ask<'a>,
        _: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        let mut reply = self.reply(&ask);
        let length = reply.body.len() as u64;
        let cut = length > ask.most_of(reply.status);
        if cut || ask.only_head {
            reply.body.clear();
        }
        Box::pin(ready(Ok(HttpAnswer {
            status: reply.status,
            content_range: reply.content_range,
            length: Some(length),
            body: reply.body,
            cut,
            ..HttpAnswer::default()
        })))
    }

    /// It takes no questions.
    fn post<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        Box::pin(ready(Ok(HttpAnswer {
            status: 405,
            ..HttpAnswer::default()
        })))
    }
}
