use super::*;
use proptest::prelude::*;

fn told(serializer: &str) -> StoredResult {
    StoredResult {
        storage_key: Some("/x/storage/abc".into()),
        serializer: serializer_of(serializer, &mut Words::default()),
        ..StoredResult::default()
    }
}

fn opened(bytes: &[u8], state: Option<&str>) -> (Opened, Vec<String>) {
    let mut problems = Vec::new();
    let told = state.map(told);
    let found = open(
        bytes,
        "abc",
        told.as_ref(),
        &mut Words::default(),
        &mut problems,
    );
    (found, problems.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn check(bytes: &str, state: Option<&str>, form: Form, guessed: bool, next: Result<Step, Fault>) {
    let (found, problems) = opened(bytes.as_bytes(), state);
    assert_eq!(
        (found.form, found.guessed, found.next),
        (form, guessed, next),
        "{bytes}"
    );
    assert_eq!(problems, Vec::<String>::new());
}

fn wrapped(serializer: &str, result: &str) -> String {
    format!(
        r#"{{"metadata": {{"storage_key": "/x/storage/abc", "expiration": null, "serializer": {serializer}}}, "result": {}}}"#,
        crate::formats::prefect::json::quoted(result)
    )
}

#[test]
fn a_file_says_how_it_was_written() {
    let json = r#"{"type": "json"}"#;
    let pickle = r#"{"type": "pickle", "picklelib": "cloudpickle"}"#;
    let (wrap, bare) = (Form::Wrapped, Form::Bare);
    check(
        &wrapped(json, "[NaN, 1]"),
        None,
        wrap,
        false,
        Ok(Step::Json(b"[NaN, 1]".to_vec())),
    );
    check(
        &wrapped(pickle, "gAVL\nKi4=\n"),
        Some(json),
        wrap,
        false,
        Ok(Step::Pickle(b"\x80\x05K*.".to_vec())),
    );
    check(
        "{\"kinds\": 20}",
        Some(json),
        bare,
        false,
        Ok(Step::Json(b"{\"kinds\": 20}".to_vec())),
    );
    check(
        "gAVLKi4=\n",
        Some(pickle),
        bare,
        false,
        Ok(Step::Pickle(b"\x80\x05K*.".to_vec())),
    );
    let old = r#"{"serializer": {"type": "json"}, "data": "[1]", "prefect_version": "2.20.1"}"#;
    check(old, None, wrap, false, Ok(Step::Json(b"[1]".to_vec())));
    let new = old.replace("prefect_version", "other");
    check(
        &new,
        Some(json),
        bare,
        false,
        Ok(Step::Json(new.clone().into_bytes())),
    );
    // Nothing says how.
    check(
        "gAVLKi4=\n",
        None,
        bare,
        true,
        Ok(Step::Pickle(b"\x80\x05K*.".to_vec())),
    );
    check(
        "{\"metadata\": 1, \"result\": \"x\"}",
        None,
        bare,
        true,
        Ok(Step::Json(b"{\"metadata\": 1, \"result\": \"x\"}".to_vec())),
    );
    check("", None, bare, true, Err(Fault::Empty));
    check("<html>", None, bare, true, Err(Fault::Unknown));
    // Serializers of others, and what is damaged.
    check(
        &wrapped(r#"{"type": "parquet"}"#, "UEFSMQ=="),
        None,
        wrap,
        false,
        Err(Fault::Serializer("parquet".into())),
    );
    check(
        &wrapped(pickle, "gAV!"),
        None,
        wrap,
        false,
        Err(Fault::NotBase64 { at: 3 }),
    );
    check(
        r#"{"storage_key": "k", "serializer": {"type": "json"}, "expiration": null}"#,
        None,
        Form::Split,
        false,
        Err(Fault::OnlyMetadata {
            key: Some("k".to_owned()),
        }),
    );
}

#[track_caller]
fn check_packed(serializer: &str, begin: &[u8], expected: Result<(Packing, Option<&str>), Fault>) {
    let coded = {
        // Base64 of the beginning of packed bytes.
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        begin
            .chunks(3)
            .flat_map(|three| {
                let bits = three
                    .iter()
                    .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                    << (8 * (3 - three.len()));
                (0..4)
                    .map(move |at| LETTERS[(bits >> (18 - 6 * at)) as usize & 63] as char)
                    .collect::<Vec<_>>()
            })
            .collect::<String>()
    };
    let (found, _) = opened(wrapped(serializer, &coded).as_bytes(), None);
    let found = found.next.map(|step| match step {
        Step::Packed { packing, inner, .. } => (packing, inner.map(|one| one.kind.to_string())),
        other => panic!("{other:?}"),
    });
    assert_eq!(
        found,
        expected.map(|(packing, inner)| (packing, inner.map(str::to_owned)))
    );
}

#[test]
fn packed_results_are_unpacked_by_others() {
    let xz = b"\xfd7zXZ\0";
    check_packed(
        r#"{"type": "compressed", "compressionlib": "lzma", "serializer": {"type": "json"}}"#,
        xz,
        Ok((Packing::Xz, Some("json"))),
    );
    check_packed(
        r#"{"type": "compressed/pickle"}"#,
        xz,
        Ok((Packing::Xz, Some("pickle"))),
    );
    check_packed(
        r#"{"type": "compressed"}"#,
        b"\x1f\x8b\x08\0\0\0",
        Ok((Packing::Members, None)),
    );
    check_packed(
        r#"{"type": "compressed", "compressionlib": "zlib", "serializer": {"type": "pickle"}}"#,
        b"\x78\x9c\0",
        Ok((Packing::Zlib, Some("pickle"))),
    );
    check_packed(
        r#"{"type": "compressed", "compressionlib": "bz2", "serializer": {"type": "pickle"}}"#,
        b"BZh9\0\0",
        Ok((Packing::Bzip2, Some("pickle"))),
    );
    check_packed(
        r#"{"type": "compressed", "compressionlib": "blosc2", "serializer": {"type": "pickle"}}"#,
        b"abc",
        Err(Fault::Compression("blosc2".to_owned())),
    );
    check_packed(
        r#"{"type": "compressed", "compressionlib": "lzma", "serializer": {"type": "pickle"}}"#,
        b"\x5d\0\0",
        Err(Fault::Compression("lzma (not as xz)".to_owned())),
    );
}

#[test]
fn a_file_of_another_key_is_told() {
    let other = wrapped(r#"{"type": "json"}"#, "1").replace("storage/abc", "storage/other");
    let (_, problems) = opened(other.as_bytes(), Some(r#"{"type": "json"}"#));
    assert_eq!(
        problems,
        [
            "abc: The file should be the result /x/storage/abc and says that it is /x/storage/other. The value that is shown may be that of another run."
        ]
    );
}

#[track_caller]
fn check_found(base: Option<&str>, key: &str, expected: Found<'_>) {
    let hash = "0bca446fe7ae3807627a4b20ffef35ef";
    let paths = [
        "storage/a",
        "storage/named/a",
        "storage/named/x.json",
        "storage/p/q/x.json",
    ];
    let hashed = [
        format!("storage/{hash}"),
        format!("storage/deep/{}", "f".repeat(32)),
        format!("storage/deep/{}", "e".repeat(32)),
        format!("storage/other/{}", "e".repeat(32)),
    ];
    let files = Files::of(
        "storage",
        paths.iter().map(|path| (*path).to_owned()).chain(hashed),
        base,
    );
    assert_eq!(files.find(key), expected, "{key}");
}

#[test]
fn a_key_leads_to_its_file() {
    let base = Some("/home/demo/.prefect/storage");
    check_found(
        base,
        "/home/demo/.prefect/storage/a",
        Found::File("storage/a"),
    );
    check_found(
        base,
        "/home/demo/.prefect/storage/named/x.json",
        Found::File("storage/named/x.json"),
    );
    check_found(base, "/home/demo/.prefect/storage/x.json", Found::Missing);
    check_found(base, "/home/demo/.prefect/storage/../a", Found::Missing);
    // Without a manifest, and keys of a storage block.
    check_found(
        None,
        "/home/demo/.prefect/storage/named/x.json",
        Found::File("storage/named/x.json"),
    );
    check_found(None, "/home/demo/x.json", Found::Missing);
    check_found(None, "p/q/x.json", Found::File("storage/p/q/x.json"));
    check_found(None, "/home/named/a", Found::File("storage/named/a"));
    check_found(
        None,
        "C:\\Users\\demo\\.prefect\\storage\\named\\a",
        Found::File("storage/named/a"),
    );
    check_found(base, "a", Found::File("storage/a"));
    check_found(
        None,
        "/elsewhere/0bca446fe7ae3807627a4b20ffef35ef",
        Found::File("storage/0bca446fe7ae3807627a4b20ffef35ef"),
    );
    check_found(
        None,
        &format!("/elsewhere/{}", "f".repeat(32)),
        Found::File("storage/deep/ffffffffffffffffffffffffffffffff"),
    );
    check_found(
        None,
        &format!("/elsewhere/{}", "e".repeat(32)),
        Found::Several,
    );
    check_found(None, "", Found::Missing);
}

#[track_caller]
fn check_class(value: &str, expected: &str) {
    assert_eq!(
        json_class(&Json::whole(value.as_bytes()).unwrap()),
        expected
    );
}

#[test]
fn values_of_json_have_a_class() {
    check_class("1", "builtins.int");
    check_class("1.0", "builtins.float");
    check_class("-Infinity", "builtins.float");
    check_class("[1]", "builtins.list");
    check_class(r#"{"a": 1}"#, "builtins.dict");
    check_class(
        r#"{"__class__": "datetime.datetime", "data": "2026"}"#,
        "datetime.datetime",
    );
    check_class(r#"{"__class__": "datetime.datetime"}"#, "builtins.dict");
    check_class(
        r#"{"__exc_type__": "builtins.ValueError", "message": "x"}"#,
        "builtins.ValueError",
    );
}

#[test]
fn every_fault_says_what_to_try() {
    for fault in [
        Fault::Empty,
        Fault::TooDeep,
        Fault::Unknown,
        Fault::Compression("blosc2".to_owned()),
    ] {
        let problem = fault.problem("abc");
        assert!(problem.what.ends_with('.') && problem.hint.ends_with('.'));
    }
    assert_eq!(
        Step::unpacked(
            b"1".to_vec(),
            serializer_of(r#""json""#, &mut Words::default()).as_ref(),
            9
        ),
        Err(Fault::TooDeep)
    );
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..100), state in prop::sample::select(&["json", "pickle", "compressed", "x"][..])) {
        let _ = opened(&bytes, Some(&format!("\"{state}\"")));
        let _ = opened(wrapped(&format!("{{\"type\": \"{state}\"}}"), &String::from_utf8_lossy(&bytes)).as_bytes(), None);
    }

    #[test]
    fn no_key_breaks_the_search(key in "[/a-c.\\\\:]{0,20}", base in prop::option::of("[/a-c]{0,8}")) {
        let files = Files::of("s", ["s/a".to_owned(), "s/b/c".to_owned()], base.as_deref());
        let _ = files.find(&key);
    }
}
