//! What is known of the machine that packs, which often is the one that ran: who works on
//! it, what it is called, and which secrets its environment holds.

use super::assigned::{is_secret_name, is_worth_hiding};
use super::hits::What;
use super::paths;
use super::words::Words;

/// Names to look for, beside those that the runs tell themselves.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    pub users: Vec<String>,
    pub hosts: Vec<String>,
    /// Values of variables whose names say that they are secret.
    pub secrets: Vec<String>,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let of = |names: &[&str]| -> Vec<String> {
            let values = names.iter().filter_map(|name| std::env::var(name).ok());
            values.filter(|value| !value.is_empty()).collect()
        };
        let mut users = of(&["USER", "LOGNAME", "USERNAME", "METAFLOW_USER", "SUDO_USER"]);
        let homes = of(&["HOME", "USERPROFILE"]);
        users.extend(
            homes
                .iter()
                .filter_map(|home| paths::owner(home))
                .map(str::to_owned),
        );
        let mut hosts = of(&["HOSTNAME", "COMPUTERNAME"]);
        let named = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
        hosts.extend(Some(named.trim().to_owned()).filter(|name| !name.is_empty()));
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        // `PWD` is a folder.
        let secrets = variables.filter(|(name, value)| {
            is_secret_name(name) && !name.ends_with("PWD") && is_worth_hiding(value)
        });
        Self {
            users,
            hosts,
            secrets: secrets.map(|(_, value)| value).collect(),
        }
    }

    pub(super) fn teach(&self, words: &Words) {
        let all = [
            (What::User, &self.users),
            (What::Host, &self.hosts),
            (What::Secret, &self.secrets),
        ];
        for (what, originals) in all {
            for original in originals {
                words.learn(what, original);
            }
        }
    }
}
