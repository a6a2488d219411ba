//! Names that a disk may take for one: where it knows no case (Windows, a Mac), or writes
//! letters with marks in another form (a Mac).
//!
//! An archive keeps them apart, and so does Runglass; who has unpacked it may have one file
//! fewer. The forms are those of Latin, Greek and Cyrillic letters and of Hangul; of other
//! scripts only equal letters are equal. Source: Unicode 15, UnicodeData.txt, canonical
//! decompositions. Start with [`Alike`].

use crate::sorting::sort;

/// Finds names that are alike, among many.
#[derive(Default)]
pub(super) struct Alike {
    /// Of each name, by its number.
    hashes: Vec<(u64, u32)>,
}

impl Alike {
    pub fn add(&mut self, name: &str, number: u32) {
        // FNV-1a: names that meet by chance would only be told needlessly.
        const START: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0100_0000_01b3;
        let mut hash = START;
        let mut take = |letter: u32| hash = (hash ^ u64::from(letter)).wrapping_mul(PRIME);
        match name.is_ascii() {
            true => name
                .bytes()
                .for_each(|letter| take(letter.to_ascii_lowercase().into())),
            false => fold(name, &mut |letter| take(letter.into())),
        }
        self.hashes.push((hash, number));
    }

    /// How many names are like another one, and the first two of them.
    pub fn found(mut self) -> Option<(u64, [u32; 2])> {
        self.leave_out_singles();
        sort(&mut self.hashes);
        let groups = self.hashes.chunk_by(|a, b| a.0 == b.0);
        let mut count = 0;
        let mut first: Option<[u32; 2]> = None;
        for group in groups.filter(|group| group.len() > 1) {
            count += group.len() as u64;
            if let [(_, one), (_, other), ..] = *group
                && first.is_none_or(|first| [one, other] < first)
            {
                first = Some([one, other]);
            }
        }
        first.map(|first| (count, first))
    }
}

impl Alike {
    /// Leaves out nearly all that are like no other, because sorting half a million takes
    /// its time: two that are alike meet in one of many more slots than there are names.
    fn leave_out_singles(&mut self) {
        const SLOTS: usize = 32;
        let slots = (self.hashes.len() * SLOTS).next_power_of_two();
        let bit = |hash: u64| {
            let slot = (hash as usize) & (slots - 1);
            (slot / 64, 1u64 << (slot % 64))
        };
        let mut once = vec![0u64; slots.div_ceil(64)];
        let mut twice = once.clone();
        for (hash, _) in &self.hashes {
            let (at, bit) = bit(*hash);
            if let (Some(once), Some(twice)) = (once.get_mut(at), twice.get_mut(at)) {
                *twice |= *once & bit;
                *once |= bit;
            }
        }
        self.hashes.retain(|(hash, _)| {
            let (at, bit) = bit(*hash);
            twice.get(at).is_some_and(|twice| twice & bit != 0)
        });
    }
}

/// The letters of a name, small and each before its marks.
fn fold(name: &str, take: &mut dyn FnMut(char)) {
    for letter in name.chars() {
        if letter.is_ascii() {
            take(letter.to_ascii_lowercase());
            continue;
        }
        for small in letter.to_lowercase() {
            decompose(small, take);
        }
    }
}

fn decompose(letter: char, take: &mut dyn FnMut(char)) {
    // Hangul by its rule: Unicode 15, 3.12.
    const SYLLABLES: u32 = 0xac00;
    const LAST: u32 = 0xd7a3;
    let code = u32::from(letter);
    if (SYLLABLES..=LAST).contains(&code) {
        let at = code - SYLLABLES;
        let jamo = [0x1100 + at / 588, 0x1161 + at % 588 / 28, 0x11a7 + at % 28];
        let jamo = jamo.into_iter().filter(|jamo| *jamo != 0x11a7);
        jamo.filter_map(char::from_u32).for_each(take);
        return;
    }
    match FORMS.binary_search_by_key(&letter, |form| form.0) {
        Ok(at) => {
            let Some((_, base, mark, second)) = FORMS.get(at) else {
                return;
            };
            [*base, *mark].into_iter().for_each(&mut *take);
            if *second != '\0' {
                take(*second);
            }
        }
        Err(_) => take(letter),
    }
}

/// A letter, what it is without its marks, and these.
#[rustfmt::skip]
const FORMS: &[(char, char, char, char)] = &[
    ('à', 'a', '\u{300}', '\0'),
    ('á', 'a', '\u{301}', '\0'),
    ('â', 'a', '\u{302}', '\0'),
    ('ã', 'a', '\u{303}', '\0'),
    ('ä', 'a', '\u{308}', '\0'),
    ('å', 'a', '\u{30a}', '\0'),
    ('ç', 'c', '\u{327}', '\0'),
    ('è', 'e', '\u{300}', '\0'),
    ('é', 'e', '\u{301}', '\0'),
    ('ê', 'e', '\u{302}', '\0'),
    ('ë', 'e', '\u{308}', '\0'),
    ('ì', 'i', '\u{300}', '\0'),
    ('í', 'i', '\u{301}', '\0'),
    ('î', 'i', '\u{302}', '\0'),
    ('ï', 'i', '\u{308}', '\0'),
    ('ñ', 'n', '\u{303}', '\0'),
    ('ò', 'o', '\u{300}', '\0'),
    ('ó', 'o', '\u{301}', '\0'),
    ('ô', 'o', '\u{302}', '\0'),
    ('õ', 'o', '\u{303}', '\0'),
    ('ö', 'o', '\u{308}', '\0'),
    ('ù', 'u', '\u{300}', '\0'),
    ('ú', 'u', '\u{301}', '\0'),
    ('û', 'u', '\u{302}', '\0'),
    ('ü', 'u', '\u{308}', '\0'),
    ('ý', 'y', '\u{301}', '\0'),
    ('ÿ', 'y', '\u{308}', '\0'),
    ('ā', 'a', '\u{304}', '\0'),
    ('ă', 'a', '\u{306}', '\0'),
    ('ą', 'a', '\u{328}', '\0'),
    ('ć', 'c', '\u{301}', '\0'),
    ('ĉ', 'c', '\u{302}', '\0'),
    ('ċ', 'c', '\u{307}', '\0'),
    ('č', 'c', '\u{30c}', '\0'),
    ('ď', 'd', '\u{30c}', '\0'),
    ('ē', 'e', '\u{304}', '\0'),
    ('ĕ', 'e', '\u{306}', '\0'),
    ('ė', 'e', '\u{307}', '\0'),
    ('ę', 'e', '\u{328}', '\0'),
    ('ě', 'e', '\u{30c}', '\0'),
    ('ĝ', 'g', '\u{302}', '\0'),
    ('ğ', 'g', '\u{306}', '\0'),
    ('ġ', 'g', '\u{307}', '\0'),
    ('ģ', 'g', '\u{327}', '\0'),
    ('ĥ', 'h', '\u{302}', '\0'),
    ('ĩ', 'i', '\u{303}', '\0'),
    ('ī', 'i', '\u{304}', '\0'),
    ('ĭ', 'i', '\u{306}', '\0'),
    ('į', 'i', '\u{328}', '\0'),
    ('ĵ', 'j', '\u{302}', '\0'),
    ('ķ', 'k', '\u{327}', '\0'),
    ('ĺ', 'l', '\u{301}', '\0'),
    ('ļ', 'l', '\u{327}', '\0'),
    ('ľ', 'l', '\u{30c}', '\0'),
    ('ń', 'n', '\u{301}', '\0'),
    ('ņ', 'n', '\u{327}', '\0'),
    ('ň', 'n', '\u{30c}', '\0'),
    ('ō', 'o', '\u{304}', '\0'),
    ('ŏ', 'o', '\u{306}', '\0'),
    ('ő', 'o', '\u{30b}', '\0'),
    ('ŕ', 'r', '\u{301}', '\0'),
    ('ŗ', 'r', '\u{327}', '\0'),
    ('ř', 'r', '\u{30c}', '\0'),
    ('ś', 's', '\u{301}', '\0'),
    ('ŝ', 's', '\u{302}', '\0'),
    ('ş', 's', '\u{327}', '\0'),
    ('š', 's', '\u{30c}', '\0'),
    ('ţ', 't', '\u{327}', '\0'),
    ('ť', 't', '\u{30c}', '\0'),
    ('ũ', 'u', '\u{303}', '\0'),
    ('ū', 'u', '\u{304}', '\0'),
    ('ŭ', 'u', '\u{306}', '\0'),
    ('ů', 'u', '\u{30a}', '\0'),
    ('ű', 'u', '\u{30b}', '\0'),
    ('ų', 'u', '\u{328}', '\0'),
    ('ŵ', 'w', '\u{302}', '\0'),
    ('ŷ', 'y', '\u{302}', '\0'),
    ('ź', 'z', '\u{301}', '\0'),
    ('ż', 'z', '\u{307}', '\0'),
    ('ž', 'z', '\u{30c}', '\0'),
    ('ΐ', 'ι', '\u{308}', '\u{301}'),
    ('ά', 'α', '\u{301}', '\0'),
    ('έ', 'ε', '\u{301}', '\0'),
    ('ή', 'η', '\u{301}', '\0'),
    ('ί', 'ι', '\u{301}', '\0'),
    ('ΰ', 'υ', '\u{308}', '\u{301}'),
    ('ϊ', 'ι', '\u{308}', '\0'),
    ('ϋ', 'υ', '\u{308}', '\0'),
    ('ό', 'ο', '\u{301}', '\0'),
    ('ύ', 'υ', '\u{301}', '\0'),
    ('ώ', 'ω', '\u{301}', '\0'),
    ('й', 'и', '\u{306}', '\0'),
    ('ѐ', 'е', '\u{300}', '\0'),
    ('ё', 'е', '\u{308}', '\0'),
    ('ѓ', 'г', '\u{301}', '\0'),
    ('ї', 'і', '\u{308}', '\0'),
    ('ќ', 'к', '\u{301}', '\0'),
    ('ѝ', 'и', '\u{300}', '\0'),
    ('ў', 'у', '\u{306}', '\0'),
    ('ạ', 'a', '\u{323}', '\0'),
    ('ả', 'a', '\u{309}', '\0'),
    ('ấ', 'a', '\u{302}', '\u{301}'),
    ('ầ', 'a', '\u{302}', '\u{300}'),
    ('ẩ', 'a', '\u{302}', '\u{309}'),
    ('ẫ', 'a', '\u{302}', '\u{303}'),
    ('ậ', 'a', '\u{323}', '\u{302}'),
    ('ắ', 'a', '\u{306}', '\u{301}'),
    ('ằ', 'a', '\u{306}', '\u{300}'),
    ('ẳ', 'a', '\u{306}', '\u{309}'),
    ('ẵ', 'a', '\u{306}', '\u{303}'),
    ('ặ', 'a', '\u{323}', '\u{306}'),
    ('ẹ', 'e', '\u{323}', '\0'),
    ('ẻ', 'e', '\u{309}', '\0'),
    ('ẽ', 'e', '\u{303}', '\0'),
    ('ế', 'e', '\u{302}', '\u{301}'),
    ('ề', 'e', '\u{302}', '\u{300}'),
    ('ể', 'e', '\u{302}', '\u{309}'),
    ('ễ', 'e', '\u{302}', '\u{303}'),
    ('ệ', 'e', '\u{323}', '\u{302}'),
    ('ỉ', 'i', '\u{309}', '\0'),
    ('ị', 'i', '\u{323}', '\0'),
    ('ọ', 'o', '\u{323}', '\0'),
    ('ỏ', 'o', '\u{309}', '\0'),
    ('ố', 'o', '\u{302}', '\u{301}'),
    ('ồ', 'o', '\u{302}', '\u{300}'),
    ('ổ', 'o', '\u{302}', '\u{309}'),
    ('ỗ', 'o', '\u{302}', '\u{303}'),
    ('ộ', 'o', '\u{323}', '\u{302}'),
    ('ớ', 'o', '\u{31b}', '\u{301}'),
    ('ờ', 'o', '\u{31b}', '\u{300}'),
    ('ở', 'o', '\u{31b}', '\u{309}'),
    ('ỡ', 'o', '\u{31b}', '\u{303}'),
    ('ợ', 'o', '\u{31b}', '\u{323}'),
    ('ụ', 'u', '\u{323}', '\0'),
    ('ủ', 'u', '\u{309}', '\0'),
    ('ứ', 'u', '\u{31b}', '\u{301}'),
    ('ừ', 'u', '\u{31b}', '\u{300}'),
    ('ử', 'u', '\u{31b}', '\u{309}'),
    ('ữ', 'u', '\u{31b}', '\u{303}'),
    ('ự', 'u', '\u{31b}', '\u{323}'),
    ('ỳ', 'y', '\u{300}', '\0'),
    ('ỵ', 'y', '\u{323}', '\0'),
    ('ỷ', 'y', '\u{309}', '\0'),
    ('ỹ', 'y', '\u{303}', '\0'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: Option<(u64, [u32; 2])>) {
        let mut alike = Alike::default();
        for (number, name) in names.iter().enumerate() {
            alike.add(name, number as u32);
        }
        assert_eq!(alike.found(), expected, "{names:?}");
    }

    #[test]
    fn names_are_alike_whatever_their_case_and_form() {
        check(&["a/b", "a/c", "A/B"], Some((2, [0, 2])));
        check(&["größe", "gro\u{308}ße", "GRÖßE"], Some((3, [0, 1])));
        check(&["Ệ", "e\u{323}\u{302}"], Some((2, [0, 1])));
        check(&["й", "и\u{306}"], Some((2, [0, 1])));
        check(
            &["한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"],
            Some((2, [0, 1])),
        );
        check(&["o", "ö", "0"], None);
        check(&[], None);
    }
}
