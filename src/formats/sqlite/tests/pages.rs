//! Pages that no SQLite would write.

use super::super::header::{Header, LENGTH};
use super::super::page::{self, Kind};
use super::super::pages::Pages;
use super::super::value::Encoding;
use super::super::wal::WalReader;
use proptest::prelude::*;

fn header() -> Vec<u8> {
    let mut bytes = vec![0; LENGTH];
    bytes[..16].copy_from_slice(b"SQLite format 3\0");
    bytes[16..20].copy_from_slice(&[2, 0, 1, 1]);
    bytes
}

fn pages(count: u64) -> Pages {
    let header = Header::read(&header()).unwrap();
    Pages::of(&header, 512 * count, None).0
}

#[test]
fn a_header_says_how_to_read_the_rest() {
    let mut bytes = header();
    bytes[16..20].copy_from_slice(&[0, 1, 2, 2]);
    bytes[24..32].copy_from_slice(&[0, 0, 0, 7, 0, 0, 0, 9]);
    bytes[47] = 4;
    bytes[59] = 3;
    bytes[63] = 12;
    bytes[92..96].copy_from_slice(&[0, 0, 0, 7]);
    let header = Header::read(&bytes).unwrap();
    assert_eq!(header.page_size, 65_536);
    assert!(header.has_log);
    assert_eq!(header.pages, Some(9));
    assert_eq!(header.encoding, Encoding::Utf16Be);
    assert_eq!((header.schema_format, header.user_version), (4, 12));
    // Written by what does not count pages.
    bytes[95] = 6;
    assert_eq!(Header::read(&bytes).unwrap().pages, None);
}

#[test]
fn pages_lie_where_they_are_newest() {
    let pages = pages(3);
    assert_eq!(pages.count, 3);
    assert_eq!(pages.part(3).unwrap().range, 1024..1536);
    assert!(pages.part(0).is_none() && pages.part(4).is_none());
    let (wal, _) = WalReader::default().finish();
    assert!(wal.is_none());
}

fn leaf(cells: &[&[u8]]) -> Vec<u8> {
    let mut page = vec![0; 512];
    page[0] = 13;
    page[4] = u8::try_from(cells.len()).unwrap();
    let mut end = 512;
    for (nth, cell) in cells.iter().enumerate() {
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(cell);
        let place = u16::try_from(end).unwrap().to_be_bytes();
        page[8 + 2 * nth..10 + 2 * nth].copy_from_slice(&place);
    }
    page
}

fn read(bytes: &[u8], kind: Kind) -> (usize, Vec<String>) {
    let mut told = Vec::new();
    let read = page::read(bytes, 2, kind, &pages(9), &mut |(_, what)| told.push(what));
    match read {
        Ok(page) => (page.cells.len(), told),
        Err((_, what)) => (0, vec![what]),
    }
}

#[test]
fn cells_are_read() {
    let page = leaf(&[&[2, 1, 2, 9], &[2, 0x81, 0, 2, 8]]);
    let found = page::read(&page, 2, Kind::Table, &pages(9), &mut |_| panic!()).unwrap();
    let cells: Vec<_> = found
        .cells
        .iter()
        .map(|cell| (cell.rowid, cell.local.clone()))
        .collect();
    assert_eq!(cells, [(1, 510..512), (128, 506..508)]);
}

#[test]
fn cells_that_lie_in_one_place_are_few() {
    let mut page = leaf(&[&[0x81, 0x48, 1]]);
    page[509..512].copy_from_slice(&[0, 0, 0]);
    // A hundred cells, each of 200 bytes, all of them the same.
    page[4] = 100;
    page[300..303].copy_from_slice(&[0x81, 0x48, 1]);
    for pair in page[8..208].chunks_mut(2) {
        pair.copy_from_slice(&300_u16.to_be_bytes());
    }
    let (cells, told) = read(&page, Kind::Table);
    assert_eq!(cells, 1);
    assert_eq!(told, ["has cells that lie over one another"]);
}

#[test]
fn what_is_no_page_of_the_kind_is_told() {
    let page = leaf(&[]);
    assert_eq!(read(&page, Kind::Table), (0, vec![]));
    let told = "should be a page of an index and begins with byte 13";
    assert_eq!(read(&page, Kind::Index).1, [told]);
    assert_eq!(
        read(&page[..80], Kind::Table).1,
        ["has 80 of its 512 bytes"]
    );
    assert_eq!(read(&[], Kind::Table).1, ["has 0 of its 512 bytes"]);
}

proptest! {
    #[test]
    fn nothing_breaks_over_any_bytes(
        mut page in prop::collection::vec(any::<u8>(), 512),
        flag in prop::sample::select(vec![2_u8, 5, 10, 13]),
        count in 0_u8..250,
        number in 1_u32..3,
    ) {
        let start = if number == 1 { LENGTH } else { 0 };
        page[start] = flag;
        page[start + 3] = 0;
        page[start + 4] = count;
        for kind in [Kind::Table, Kind::Index] {
            let read = page::read(&page, number, kind, &pages(9), &mut |_| {});
            for cell in read.iter().flat_map(|page| &page.cells) {
                prop_assert!(page.get(cell.local.clone()).is_some());
            }
        }
    }

    #[test]
    fn nothing_breaks_over_any_header(bytes in prop::collection::vec(any::<u8>(), 0..120), size in 0_u64..5000) {
        let mut header = header();
        header.truncate(20);
        header.extend(bytes);
        if let Ok(header) = Header::read(&header) {
            let (pages, _) = Pages::of(&header, size, None);
            for page in [0, 1, 2, u32::MAX] {
                pages.part(page);
                pages.place(page, usize::MAX);
            }
        }
    }
}
