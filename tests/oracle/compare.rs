//! A dump against an oracle, property by property.
//!
//! Whatever the oracle says of a flow, a run, a step, a task, an attempt or a
//! namespace is compared, unless [`NOT_COMPARED`] names it: a property that the
//! oracle gains fails until it is answered or listed. The other way round, a dump
//! may not tell of things that the client does not find.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What is skipped, by its property, and why.
pub const NOT_COMPARED: [(&str, &str); 6] = [
    ("oracle", "says where the oracle comes from"),
    ("metaflow_version", "says where the oracle comes from"),
    ("python", "says where the oracle comes from"),
    ("notes", "says how the oracle is to be read"),
    (
        FOREIGN_REPR,
        "only running the class's own __repr__ would print it",
    ),
    (
        RAISED,
        "the client itself has no answer, so there is nothing to compare with",
    ),
];

const FOREIGN_REPR: &str = "repr of a class that is not Python's own";
const RAISED: &str = "a getter that raised";

/// An attempt of a task that has only one is told by what differs.
const DIFFERENCES: &str = "same_as_task_except";

/// The oracle sorted steps by name, and has cards in the order of a folder; a dump has
/// steps in the order of the script, and cards in that of their attempts.
const UNORDERED: [&str; 3] = ["parent_steps", "child_steps", "cards"];

/// What came of a comparison.
#[derive(Default)]
pub struct Comparison {
    /// Values by property, equal or not.
    pub compared: BTreeMap<String, usize>,
    pub differences: Vec<Difference>,
    /// Which entries of [`NOT_COMPARED`] were met.
    pub met: BTreeSet<&'static str>,
    /// For each property one place in the dump where it stands or would stand, as a
    /// JSON pointer.
    pub places: BTreeMap<String, String>,
}

#[derive(Debug, PartialEq)]
pub struct Difference {
    /// A pathspec, with `@attempt` and the artifact where it is one's.
    pub path: String,
    pub property: String,
    pub got: String,
    pub expected: String,
}

pub fn compare(dump: &Value, oracle: &Value) -> Comparison {
    let mut comparison = Comparison::default();
    for (kind, expected) in object(oracle) {
        match kind.as_str() {
            "flows" | "runs" | "steps" | "tasks" | "namespaces" => {
                comparison.kind(kind, &dump[kind], expected);
            }
            other => {
                if !comparison.skips(other) {
                    comparison.differs(other, other, "(nothing)", &expected.to_string());
                }
            }
        }
    }
    comparison
}

impl Comparison {
    pub fn total(&self) -> usize {
        self.compared.values().sum()
    }

    fn kind(&mut self, kind: &str, got: &Value, expected: &Value) {
        let one = kind.trim_end_matches('s');
        for (path, expected) in object(expected) {
            let here = View {
                path: path.clone(),
                one,
                pointer: format!("/{kind}/{}", escaped(path)),
            };
            let Some(got) = got.get(path) else {
                self.value(&here, "present", None, &Value::Bool(true));
                continue;
            };
            self.value(
                &here,
                "present",
                Some(&Value::Bool(true)),
                &Value::Bool(true),
            );
            match kind {
                "tasks" => self.task(&here, object(got), object(expected)),
                "namespaces" => self.namespace(&here, got, expected),
                _ => self.properties(&here, object(got), object(expected)),
            }
        }
        let invented = object(got)
            .keys()
            .filter(|path| expected.get(*path).is_none());
        for path in invented.cloned().collect::<Vec<_>>() {
            self.differs(&path, &format!("{one}.present"), "true", "(no such thing)");
        }
    }

    fn properties(
        &mut self,
        here: &View<'_>,
        got: &Map<String, Value>,
        expected: &Map<String, Value>,
    ) {
        for (property, expected) in expected {
            self.value(here, property, got.get(property), expected);
        }
        let invented = got
            .iter()
            .filter(|(key, _)| !expected.contains_key(*key) && *key != "extra");
        for (property, got) in invented {
            let property = format!("{}.{property}", here.one);
            self.differs(
                &here.path,
                &property,
                &got.to_string(),
                "(no such property)",
            );
        }
    }

    fn namespace(&mut self, here: &View<'_>, got: &Value, expected: &Value) {
        for (flow, expected) in object(expected) {
            let of_flow = here.inside(flow, "namespace");
            match got.get(flow) {
                Some(got) => self.properties(&of_flow, object(got), object(expected)),
                None => self.value(&of_flow, "present", None, &Value::Bool(true)),
            }
        }
        for flow in object(got)
            .keys()
            .filter(|flow| expected.get(*flow).is_none())
        {
            self.differs(&here.path, "namespace.present", flow, "(no such flow)");
        }
    }

    fn task(&mut self, here: &View<'_>, got: &Map<String, Value>, expected: &Map<String, Value>) {
        let (got_attempts, got) = without_attempts(got);
        let (attempts, expected) = without_attempts(expected);
        self.seen(here, &got, &expected);
        self.value(
            here,
            "attempts",
            Some(&names(&got_attempts)),
            &names(&attempts),
        );
        for (number, attempt) in object(&attempts) {
            let Some(got_attempt) = got_attempts.get(number) else {
                continue;
            };
            let mut of_attempt = View {
                path: format!("{}@{number}", here.path),
                one: "attempt",
                pointer: format!("{}/attempts/{number}", here.pointer),
            };
            if got_attempt.get(DIFFERENCES).is_some() {
                of_attempt.pointer = format!("{}/{DIFFERENCES}", of_attempt.pointer);
            }
            let got = whole_attempt(&got, got_attempt);
            let expected = whole_attempt(&expected, attempt);
            self.seen(&of_attempt, &got, &expected);
        }
    }

    /// The properties of a task or an attempt, its artifacts one by one.
    fn seen(&mut self, here: &View<'_>, got: &Map<String, Value>, expected: &Map<String, Value>) {
        let (got_artifacts, got) = without(got, "artifacts");
        let (artifacts, expected) = without(expected, "artifacts");
        self.properties(here, &got, &expected);
        if raised(&artifacts) {
            self.value(here, "artifacts", Some(&got_artifacts), &artifacts);
            return;
        }
        self.value(
            here,
            "artifacts",
            Some(&names(&got_artifacts)),
            &names(&artifacts),
        );
        for (name, artifact) in object(&artifacts) {
            let Some(got) = got_artifacts.get(name) else {
                continue;
            };
            let mut of_artifact = here.inside(name, "artifact");
            of_artifact.pointer = format!("{}/artifacts/{}", here.pointer, escaped(name));
            self.artifact(&of_artifact, object(got), object(artifact));
        }
    }

    fn artifact(
        &mut self,
        here: &View<'_>,
        got: &Map<String, Value>,
        expected: &Map<String, Value>,
    ) {
        let class = expected.get("data_type").and_then(Value::as_str);
        let mut expected = expected.clone();
        if !class.is_some_and(prints_itself) && expected.remove("repr").is_some() {
            self.skips(FOREIGN_REPR);
            let mut got = got.clone();
            got.remove("repr");
            return self.properties(here, &got, &expected);
        }
        self.properties(here, got, &expected);
    }

    /// One value. Where the client raised there is none to compare with.
    fn value(&mut self, here: &View<'_>, property: &str, got: Option<&Value>, expected: &Value) {
        if self.skips(property) {
            return;
        }
        if raised(expected)
            || expected
                .as_array()
                .is_some_and(|all| all.iter().any(raised))
        {
            self.skips(RAISED);
            return;
        }
        let named = format!("{}.{property}", here.one);
        *self.compared.entry(named.clone()).or_default() += 1;
        let Some(got) = got else {
            return self.differs(&here.path, &named, "(nothing)", &expected.to_string());
        };
        if !self.places.contains_key(&named) {
            let pointer = format!("{}/{}", here.pointer, escaped(property));
            self.places.insert(named.clone(), pointer);
        }
        if !equal(property, got, expected) {
            self.differs(&here.path, &named, &got.to_string(), &expected.to_string());
        }
    }

    fn differs(&mut self, path: &str, property: &str, got: &str, expected: &str) {
        self.differences.push(Difference {
            path: path.to_owned(),
            property: property.to_owned(),
            got: got.to_owned(),
            expected: expected.to_owned(),
        });
    }

    fn skips(&mut self, property: &str) -> bool {
        let listed = NOT_COMPARED.iter().find(|(name, _)| *name == property);
        self.met.extend(listed.map(|(name, _)| *name));
        listed.is_some()
    }
}

/// Where the comparison stands: the thing, what it is, and its place in the dump.
struct View<'a> {
    path: String,
    one: &'a str,
    pointer: String,
}

impl View<'_> {
    fn inside<'a>(&self, name: &str, one: &'a str) -> View<'a> {
        View {
            path: format!("{}/{name}", self.path),
            one,
            pointer: format!("{}/{}", self.pointer, escaped(name)),
        }
    }
}

fn equal(property: &str, got: &Value, expected: &Value) -> bool {
    if let (Value::String(text), Some(digest)) = (got, expected.get("sha256")) {
        return format!("{:x}", Sha256::digest(text)) == *digest;
    }
    if UNORDERED.contains(&property) {
        return sorted(got) == sorted(expected);
    }
    got == expected
}

fn sorted(list: &Value) -> Vec<String> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut items: Vec<String> = items.iter().map(Value::to_string).collect();
    items.sort();
    items
}

/// `{error, message}` stands where the client's getter raised.
fn raised(value: &Value) -> bool {
    value.get("error").is_some() && value.get("message").is_some()
}

/// Whether a class is Python's own, so that its text follows from its value.
fn prints_itself(class: &str) -> bool {
    let builtins = [
        "int",
        "float",
        "str",
        "bytes",
        "bool",
        "NoneType",
        "list",
        "dict",
        "tuple",
        "set",
        "frozenset",
        "complex",
    ];
    match class.strip_prefix("builtins.") {
        Some(name) => builtins.contains(&name),
        None => ["datetime.", "decimal.", "pathlib.", "collections."]
            .iter()
            .any(|module| class.starts_with(module)),
    }
}

/// An attempt that is told by what differs from its task, in full.
fn whole_attempt(task: &Map<String, Value>, attempt: &Value) -> Map<String, Value> {
    match attempt.get(DIFFERENCES) {
        Some(differs) => {
            let mut whole = task.clone();
            whole.extend(object(differs).clone());
            whole
        }
        None => object(attempt).clone(),
    }
}

fn without_attempts(task: &Map<String, Value>) -> (Value, Map<String, Value>) {
    let (attempts, mut rest) = without(task, "attempts");
    rest.remove("extra");
    (attempts, rest)
}

fn without(map: &Map<String, Value>, key: &str) -> (Value, Map<String, Value>) {
    let mut rest = map.clone();
    let taken = rest.remove(key).unwrap_or_default();
    (taken, rest)
}

fn names(map: &Value) -> Value {
    object(map).keys().cloned().collect()
}

fn object(value: &Value) -> &Map<String, Value> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&EMPTY)
}

/// A name as a part of a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
