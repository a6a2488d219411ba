//! What to write into the settings of a server so that a page of another address may read
//! what it serves (CORS: the Fetch standard, §3.2).
//!
//! `*` lets every page read what everybody can read anyway; where a key is wanted, it is the
//! key that protects. The lines for servers of one's own are tried with the real ones
//! (`tests/servers.rs`).

use super::failure::Missing;

/// For the usual servers, each with its name.
pub(super) fn lines(missing: Missing) -> Vec<(&'static str, String)> {
    let keyed = missing == Missing::AllowHeaders;
    let with = |always: &str, with_key: &str| match keyed {
        true => format!("{always}{with_key}"),
        false => always.to_owned(),
    };
    vec![
        ("nginx", with(NGINX, NGINX_KEY)),
        ("Apache", with(APACHE, APACHE_KEY)),
        ("Caddy", with(CADDY, CADDY_KEY)),
        ("lighttpd", LIGHTTPD.to_owned()),
        (
            "S3",
            S3.replace("HEADERS", if keyed { "*" } else { "Range" }),
        ),
        ("Google Cloud Storage", GCS.to_owned()),
        (
            "Python",
            PYTHON.replace("PREFLIGHT\n", if keyed { PYTHON_KEY } else { "" }),
        ),
    ]
}

const NGINX: &str = "\
# in the location of the files
add_header Access-Control-Allow-Origin * always;
add_header Access-Control-Expose-Headers \"Content-Range, Content-Length, ETag\" always;
";

const NGINX_KEY: &str = "\
add_header Access-Control-Allow-Headers \"Authorization, Range\" always;
if ($request_method = OPTIONS) { return 204; }
";

const APACHE: &str = "\
# with mod_headers, also in .htaccess
Header always set Access-Control-Allow-Origin \"*\"
Header always set Access-Control-Expose-Headers \"Content-Range, Content-Length, ETag\"
";

const APACHE_KEY: &str = "\
# with mod_rewrite
Header always set Access-Control-Allow-Headers \"Authorization, Range\"
RewriteEngine On
RewriteCond %{REQUEST_METHOD} OPTIONS
RewriteRule ^ - [R=204,L]
";

const CADDY: &str = "\
header Access-Control-Allow-Origin *
header Access-Control-Expose-Headers \"Content-Range, Content-Length, ETag\"
";

const CADDY_KEY: &str = "\
header Access-Control-Allow-Headers \"Authorization, Range\"
@preflight method OPTIONS
respond @preflight 204
";

const LIGHTTPD: &str = "\
server.modules += ( \"mod_setenv\" )
setenv.add-response-header = (
  \"Access-Control-Allow-Origin\" => \"*\",
  \"Access-Control-Allow-Headers\" => \"Authorization, Range\",
  \"Access-Control-Expose-Headers\" => \"Content-Range, Content-Length, ETag\" )
";

const S3: &str = "\
[{ \"AllowedOrigins\": [\"*\"], \"AllowedMethods\": [\"GET\", \"HEAD\"], \"AllowedHeaders\": [\"HEADERS\"],
   \"ExposeHeaders\": [\"Content-Range\", \"Content-Length\", \"ETag\"], \"MaxAgeSeconds\": 3600 }]
";

const GCS: &str = "\
[{ \"origin\": [\"*\"], \"method\": [\"GET\", \"HEAD\"], \"maxAgeSeconds\": 3600,
   \"responseHeader\": [\"Authorization\", \"Range\", \"Content-Range\", \"Content-Length\", \"ETag\"] }]
";

const PYTHON: &str = "\
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

class Shared(SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header(\"Access-Control-Allow-Origin\", \"*\")
        self.send_header(\"Access-Control-Expose-Headers\", \"Content-Range, Content-Length, ETag\")
        super().end_headers()
PREFLIGHT

ThreadingHTTPServer((\"127.0.0.1\", 8000), Shared).serve_forever()
";

const PYTHON_KEY: &str = "
    def do_OPTIONS(self):
        self.send_response(204)
        self.send_header(\"Access-Control-Allow-Headers\", \"Authorization, Range\")
        self.end_headers()
";

#[cfg(test)]
mod tests {
    use super::*;

    /// Each says that pages may read, and no line is too long to be read.
    #[test]
    fn every_server_is_told_to_share() {
        for missing in [Missing::AllowOrigin, Missing::AllowHeaders] {
            let all = lines(missing);
            assert_eq!(all.len(), 7);
            for (server, lines) in all {
                let origin = [
                    "Access-Control-Allow-Origin",
                    "AllowedOrigins",
                    "\"origin\"",
                ];
                assert!(origin.iter().any(|word| lines.contains(word)), "{server}");
                assert!(lines.lines().all(|line| line.len() < 110), "{server}");
                assert!(lines.ends_with('\n'), "{server}");
            }
        }
    }
}
