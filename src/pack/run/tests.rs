//! What is written of a run is read back, also by one who knows less or more of it.

use super::*;
use crate::model::{Host, sample};
use proptest::prelude::*;

fn moment() -> impl Strategy<Value = Option<Moment>> {
    proptest::option::of((0i64..1 << 52).prop_map(Moment))
}

fn status() -> impl Strategy<Value = Status> {
    proptest::sample::select(Status::ALL.to_vec())
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    let text = || "[a-z_0-9]{0,6}";
    prop_oneof![
        text().prop_map(|record| Evidence::Recorded { record }),
        (any::<i32>(), text()).prop_map(|(code, record)| Evidence::ExitCode {
            code: code.into(),
            record
        }),
        Just(Evidence::LaterAttempt),
        text().prop_map(|task| Evidence::FailedTask { task }),
        moment().prop_map(|last_sign| Evidence::NoEnd { last_sign }),
        text().prop_map(|record| Evidence::Unreadable { record }),
        text().prop_map(|record| Evidence::EndOnly { record }),
    ]
}

prop_compose! {
    fn attempt()(
        number in 0u32..5,
        status in status(),
        evidence in any_evidence(),
        (started, ended) in (moment(), moment()),
        (end_recorded, done, caught) in any::<(bool, bool, bool)>(),
        exit in proptest::option::of((-9i64..3, any::<bool>(), any::<bool>())),
        host in proptest::option::of("[a-c0-9.-]{0,4}|[a-zöÄ\"]{1,3}"),
    ) -> Attempt {
        let exit = exit.map(|(code, killed, success)| Exit { code, killed, success });
        let host = host.and_then(|name| Host::named(&name));
        Attempt { number, status, evidence, started, ended, end_recorded, done, caught, exit, host }
    }
}

prop_compose! {
    fn frame()(
        step in "[a-z]{1,3}",
        index in proptest::option::of(0u64..9),
        label in proptest::option::of(("[a-z]", any::<String>())),
    ) -> ForeachFrame {
        ForeachFrame { step, index, label }
    }
}

prop_compose! {
    fn task()(
        id in "[a-z0-9_]{1,4}",
        created in moment(),
        (recorded, control) in any::<(bool, bool)>(),
        status in status(),
        attempts in proptest::collection::vec(attempt(), 0..3),
        foreach in proptest::collection::vec(frame(), 0..3),
        iteration in proptest::option::of(0u64..9),
        origin in proptest::option::of("[a-z/0-9]{1,6}"),
    ) -> Task {
        Task {
            id, created, recorded, status, attempts, foreach, iteration, origin, control,
            name: None, state: None, subflow: None,
        }
    }
}

prop_compose! {
    fn step()(
        name in "[a-z]{1,4}",
        created in moment(),
        recorded in any::<bool>(),
        tasks in proptest::collection::vec(task(), 0..6),
    ) -> Step {
        Step { name, created, recorded, tasks }
    }
}

proptest! {
    #[test]
    fn a_run_comes_back(
        steps in proptest::collection::vec(step(), 0..4),
        parameters in proptest::option::of(("[a-z_]{1,4}", task())),
        started in moment(),
        tags in proptest::collection::vec(any::<String>(), 0..3),
    ) {
        let run = PackedRun {
            record: RunRecord { flow: "F".to_owned(), id: "1".to_owned(), tags, started, ..RunRecord::default() },
            steps,
            parameters,
            ..PackedRun::default()
        };
        let read = decode(encode(&run).as_bytes()).unwrap();
        prop_assert_eq!(format!("{read:?}"), format!("{run:?}"));
    }

    #[test]
    fn a_cut_manifest_is_refused(steps in proptest::collection::vec(step(), 1..3), cut in 1usize..200) {
        let run = PackedRun { steps, ..PackedRun::default() };
        let text = encode(&run);
        let cut = text.len().saturating_sub(cut);
        prop_assert!(decode(&text.as_bytes()[..cut]).is_err());
    }
}

#[track_caller]
fn check_refused(json: &str, what: &str) {
    let fault = decode(json.as_bytes()).unwrap_err();
    assert!(fault.contains(what), "{fault}");
}

#[test]
fn what_does_not_fit_together_is_refused() {
    check_refused(r#"{"kind":"records"}"#, "not the manifest of a run");
    check_refused(
        r#"{"kind":"run","tasks":{"rows":1,"columns":{"of":{"same":"0"}}}}"#,
        "the table of tasks names rows",
    );
    check_refused(
        r#"{"kind":"run","steps":{"rows":1,"columns":{"name":{"texts":[]}}}}"#,
        "“name” a column of texts has 0 cells for 1 rows",
    );
    check_refused(
        r#"{"kind":"run","steps":{"rows":4000000000,"columns":{}}}"#,
        "rows",
    );
}

#[test]
fn what_a_newer_version_adds_is_left_alone() {
    let json = r#"{"runglass":7,"kind":"run","flow":"F","run":"1","colours":["red"],
        "steps":{"rows":1,"columns":{"name":{"same":"start"},"colour":{"same":"red"}}},
        "tasks":{"rows":1,"columns":{"of":{"same":"0"},"id":{"same":"1"},"status":{"same":"dreaming"}}}}"#;
    let run = decode(json.as_bytes()).unwrap();
    assert_eq!(run.newer, Some(7));
    assert_eq!(run.steps[0].tasks[0].status, Status::Unknown);
}

#[test]
fn a_run_without_hosts_costs_nothing_for_them() {
    let attempt = |host: &Option<&str>| Attempt {
        host: host.and_then(Host::named),
        ..sample::attempt(Status::Succeeded)
    };
    let packed = |hosts: &[Option<&str>]| {
        let task = Task {
            attempts: hosts.iter().map(attempt).collect(),
            ..sample::task(1, Status::Succeeded)
        };
        let run = PackedRun {
            steps: vec![sample::step("start", vec![task])],
            ..PackedRun::default()
        };
        encode(&run)
    };
    assert!(!packed(&[None, None]).contains("host"));
    let one = ["node-a", "node-b"].map(Some);
    let many = packed(&one.repeat(100));
    assert_eq!(many.matches("node-a").count(), 1, "{many}");
    // What is no name of a machine is none.
    let odd = packed(&[Some("x")]).replace(r#"{"same":"x"}"#, r#"{"same":" "}"#);
    let read = decode(odd.as_bytes()).unwrap();
    assert_eq!(read.steps[0].tasks[0].attempts[0].host, None);
}
