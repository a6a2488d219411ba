//! Log lines as a terminal would have shown them.

use proptest::prelude::*;
use runglass::text::ansi::{self, Ink, Rgb, Style, colour};

/// Shows a line with a mark before each run that is not plain.
fn drawn(text: &str) -> String {
    let (line, _) = ansi::line(text, Style::default(), 1000);
    crate::survives_the_door(&line);
    let mut out = String::new();
    for run in &line.runs {
        let marks = marks(run.style);
        if marks.is_empty() {
            out.push_str(&run.text);
        } else {
            out.push_str(&format!("<{marks}:{}>", run.text));
        }
    }
    if line.folded > 0 {
        out.push_str(&format!(" folded={}", line.folded));
    }
    if line.dropped > 0 {
        out.push_str(&format!(" dropped={}", line.dropped));
    }
    out
}

fn marks(style: Style) -> String {
    let ink = |ink: Ink| match ink {
        Ink::Default => None,
        Ink::Named(number) => Some(number.to_string()),
        Ink::Rgb(Rgb(r, g, b)) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
    };
    let word = |is: bool, word: &str| is.then(|| word.to_owned());
    let parts = [
        ink(style.fg),
        ink(style.bg).map(|ink| format!("on {ink}")),
        word(style.bold, "bold"),
        word(style.dim, "dim"),
        word(style.italic, "italic"),
        word(style.underline, "underline"),
        word(style.strike, "strike"),
        word(style.inverse, "inverse"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(drawn(text), *expected, "for {text:?}");
    }
}

#[test]
fn colours_and_weights() {
    check(&[
        ("plain", "plain"),
        ("", ""),
        ("a \x1b[31mred\x1b[0m b", "a <1:red> b"),
        ("\x1b[1;32mok\x1b[m!", "<2 bold:ok>!"),
        ("\x1b[91;44mx", "<9 on 4:x>"),
        (
            "\x1b[2;3;4;7;9mall\x1b[22;23;24;27;29m none",
            "<dim italic underline strike inverse:all> none",
        ),
        ("\x1b[31;42mx\x1b[39my\x1b[49mz", "<1 on 2:x><on 2:y>z"),
        // 256 colours: the first sixteen are the theme's.
        (
            "\x1b[38;5;1ma\x1b[38;5;208mb\x1b[38;5;244mc",
            "<1:a><#ff8700:b><#808080:c>",
        ),
        ("\x1b[48;2;0;0;80mtrue", "<on #000050:true>"),
        // The spelling with colons, with and without a colour space.
        (
            "\x1b[38:5:208ma\x1b[38:2::1:2:3mb\x1b[38:2:4:5:6mc",
            "<#ff8700:a><#010203:b><#040506:c>",
        ),
        ("\x1b[4:3mcurly\x1b[4:0mnot", "<underline:curly>not"),
        // The colour of underlines is none of ours, and not the code for dim.
        ("\x1b[58;5;2mx", "x"),
        // What cannot be a colour changes nothing.
        ("\x1b[38;5;300mx\x1b[38;9mx\x1b[38mx\x1b[999mx", "xxxx"),
        // Runs of the same look are one run.
        ("\x1b[31ma\x1b[31mb\x1b[1m\x1b[22mc", "<1:abc>"),
        // Concealed text is text that somebody wants to see.
        ("\x1b[8msecret\x1b[28m", "secret"),
    ]);
}

#[test]
fn other_sequences_are_dropped_and_counted() {
    check(&[
        ("\x1b[2J\x1b[Hhome", "home dropped=2"),
        ("\x1b[?25lhidden\x1b[?25h", "hidden dropped=2"),
        ("\x1b(B\x1b[mtput", "tput dropped=1"),
        ("\x1b7a\x1b8b", "ab dropped=2"),
        ("\x1b[>4;2mx", "x dropped=1"),
        ("\x1b]0;a title\x07x\x1b]0;again\x1b\\y", "xy dropped=2"),
        ("\x1bPq#0;2;0\x1b\\x", "x dropped=1"),
        // Links are their text, and never a way out.
        (
            "see \x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\.",
            "see here.",
        ),
    ]);
}

#[test]
fn what_is_no_sequence_is_text() {
    check(&[
        ("nul \0 bell \x07 esc \x1b", "nul ␀ bell ␇ esc ␛"),
        ("tab\tstays", "tab\tstays"),
        ("\x08\x0b\x0c\x7f\n", "␈␋␌␡␊"),
        ("nel \u{85} csi \u{9b}31m", "nel \\x85 csi \\x9b31m"),
        // Cut off, broken off, never ended.
        ("a\x1b[31", "a␛[31"),
        ("a\x1b[3é1m", "a␛[3é1m"),
        ("a\x1b]0;no end", "a␛]0;no end"),
        ("a\x1b]0;no\x1b[1mend", "a␛]0;no<bold:end>"),
        ("\x1b\x1b[31mx", "␛<1:x>"),
        ("\x1bé", "␛é"),
        ("\x1b(", "␛("),
        // Only an operating system command ends in a bell.
        ("\x1bPq\x07x", "␛Pq␇x"),
    ]);
}

#[test]
fn progress_lines_show_their_last_state() {
    check(&[
        ("\rat 0%\rat 50%\rat 100%", "at 100% folded=2"),
        // The \r of a line end is no state.
        ("one line\r", "one line"),
        ("\r\r\r", ""),
        // What a shorter text leaves standing, stands.
        ("0123456789\rabc", "abc3456789 folded=1"),
        ("0123456789\r\x1b[Kabc", "abc folded=1"),
        ("0123456789\r\x1b[2Kabc", "abc folded=1"),
        ("0123456789\x1b[2K\rabc", "abc folded=1"),
        ("abc\x1b[1Kd", "   d folded=1"),
        ("abc\x1b[2Kd", "   d folded=1"),
        // A bar that clears itself: the empty line is its last state.
        ("50%\r100%\r\x1b[K", " folded=2"),
        ("\x1b[31m50%\r\x1b[32m99", "<2:99><1:%> folded=1"),
        // Nothing to erase, nothing changed.
        ("\x1b[Kx\x1b[K", "x"),
    ]);
}

#[test]
fn earlier_states_are_kept_for_those_who_ask() {
    let text = "\r 10%\r 20%\r\x1b[K\rdone\r";
    let all = ansi::states(text, Style::default(), 100, 0..100);
    let texts: Vec<String> = all.iter().map(ansi::AnsiLine::text).collect();
    assert_eq!(texts, [" 10%", " 20%", "done"]);

    let (shown, _) = ansi::line(text, Style::default(), 100);
    assert_eq!(shown.folded, 2);
    assert_eq!(ansi::states(text, Style::default(), 100, 1..2), all[1..2]);
}

#[test]
fn a_style_goes_on_until_it_is_switched_off() {
    let (first, carried) = ansi::line("\x1b[31mred", Style::default(), 100);
    let (second, carried) = ansi::line("still red", carried, 100);
    let (third, carried) = ansi::line("\x1b[0mplain", carried, 100);
    assert_eq!(first.runs[0].style, second.runs[0].style);
    assert_eq!(third.runs[0].style, Style::default());
    assert_eq!(carried, Style::default());
}

#[test]
fn long_lines_are_cut_and_say_by_how_much() {
    for (text, shown, left_out) in [
        ("0123456789", "01234", 5),
        ("01234", "01234", 0),
        ("äöüßé日本", "äöüßé", 2),
        ("\x1b[31m0123456789", "01234", 5),
        ("0123456789\rab", "ab234", 5),
        // Erased text is not left out, it is gone.
        ("0123456789\r\x1b[Kab", "ab", 0),
    ] {
        let (line, _) = ansi::line(text, Style::default(), 5);
        assert_eq!(
            (line.text().as_str(), line.left_out),
            (shown, left_out),
            "for {text:?}"
        );
        assert_eq!(ansi::plain(text, 5), shown);
    }
}

const WHITE: Rgb = Rgb(255, 255, 255);
const LIGHT_LOG: Rgb = Rgb(0xf3, 0xf4, 0xf6);
const DARK_LOG: Rgb = Rgb(0x17, 0x1a, 0x1e);

#[test]
fn contrast_is_that_of_wcag() {
    assert_eq!(colour::contrast(WHITE, WHITE), 1.0);
    assert_eq!(colour::contrast(WHITE, Rgb(0, 0, 0)), 21.0);
    // From the look: `fg-3` on `bg-sunk`.
    let measured = colour::contrast(Rgb(0x62, 0x6a, 0x77), LIGHT_LOG);
    assert!((measured - 5.0).abs() < 0.05, "{measured}");
}

#[test]
fn colours_become_legible_and_stay_what_they_are_where_they_can() {
    // Legible as it is.
    assert_eq!(colour::legible(Rgb(0, 0, 80), LIGHT_LOG), Rgb(0, 0, 80));
    // Dark blue on dark is lightened, yellow on light is darkened; both keep their hue.
    let Rgb(r, g, b) = colour::legible(Rgb(0, 0, 80), DARK_LOG);
    assert!(b > r && r == g);
    let Rgb(r, g, b) = colour::legible(Rgb(255, 255, 0), LIGHT_LOG);
    assert!(r == g && r < 200 && b == 0);
}

fn any_rgb() -> impl Strategy<Value = Rgb> {
    (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(r, g, b)| Rgb(r, g, b))
}

/// Plain text with sequences strewn in that change only its looks.
fn decorated() -> impl Strategy<Value = (String, String)> {
    let plain = "[^\\p{C}]{0,6}";
    let decoration = prop_oneof![
        "\x1b\\[[0-9;:]{0,12}m",
        "\x1b\\[\\?[0-9]{1,4}[hl]",
        "\x1b\\]8;;[a-z:/]{0,8}(\x07|\x1b\\\\)",
        "\x1b\\([AB0]",
    ];
    prop::collection::vec((plain, decoration), 0..8).prop_map(|parts| {
        let plain = parts.iter().map(|(plain, _)| plain.as_str()).collect();
        let whole = parts
            .iter()
            .flat_map(|(plain, deco)| [plain.as_str(), deco])
            .collect();
        (plain, whole)
    })
}

proptest! {
    #[test]
    fn text_survives_its_decoration((plain, whole) in decorated()) {
        prop_assert_eq!(ansi::plain(&whole, 1000), plain);
    }

    #[test]
    fn any_line_can_be_shown(bytes: Vec<u8>, max in 0_usize..50) {
        let text = String::from_utf8_lossy(&bytes);
        let (line, _) = ansi::line(&text, Style::default(), max);
        let shown = line.text();
        prop_assert!(shown.chars().count() <= max);
        prop_assert!(shown.chars().all(|c| c == '\t' || !c.is_control()));
    }

    #[test]
    fn any_soup_of_sequences_can_be_shown(
        text in "(\x1b|\r|\t|\\[|\\]|[0-9];|:|K|m|8|\x07|\\\\|a|é){0,40}",
        max in 0_usize..30,
    ) {
        let (line, _) = ansi::line(&text, Style::default(), max);
        let states = ansi::states(&text, Style::default(), max, 0..u32::MAX);
        prop_assert_eq!(line.folded as usize, states.len().saturating_sub(1));
        if let Some(last) = states.last() {
            prop_assert_eq!(&last.runs, &line.runs);
        }
        let neighbours_differ = line.runs.windows(2).all(|two| two[0].style != two[1].style);
        prop_assert!(neighbours_differ);
    }

    #[test]
    fn every_colour_becomes_legible_on_every_ground(text in any_rgb(), ground in any_rgb()) {
        let shown = colour::legible(text, ground);
        prop_assert!(colour::contrast(shown, ground) >= colour::TEXT_CONTRAST);
    }
}
