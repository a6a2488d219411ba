//! What this browser keeps of the files and folders that were given by hand, so that they
//! open again after a reload.
//!
//! Two things are kept, under the words by which an address names a source
//! ([`Local::id`](crate::route::Local::id)). A *handle* leads to a file or folder where it
//! lies; it is no copy, and after a reload the browser may want to be asked before it lets the
//! page read (File System Access; Chromium has it). A *copy* lies in the page's own files
//! (OPFS), and is made only when somebody asks for it. Both are told of in one store of
//! IndexedDB: `{ name, size, handle }` or `{ name, size, copy: true }`.
//!
//! What lies there may be of another version, or of anybody who can run code on this origin:
//! it is looked at as any other input, and what makes no sense is not there. Where there is no
//! storage nothing is kept, and nothing breaks.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemHandle, FileSystemWritableFileStream, IdbDatabase,
    IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode,
};

const DATABASE: &str = "runglass";
const STORE: &str = "kept";
/// The folder of the copies.
const COPIES: &str = "kept";

/// Something that is kept.
pub struct Kept {
    pub id: String,
    pub name: String,
    pub size: Option<u64>,
    pub way: Way,
}

pub enum Way {
    File(FileSystemFileHandle),
    Folder(FileSystemDirectoryHandle),
    Copy,
}

/// What may be read at this moment.
pub enum Access {
    File(File),
    Folder(FileSystemDirectoryHandle),
    /// The browser wants to be asked, while a click is handled.
    Asks,
    /// It was moved or deleted, or the browser was not allowed to.
    Refused,
}

type Outcome<T> = Result<T, JsValue>;

/// All that is kept.
pub async fn all() -> Vec<Kept> {
    read_all().await.unwrap_or_default()
}

pub async fn find(id: &str) -> Option<Kept> {
    let ask = |store: &IdbObjectStore| store.get(&id.into());
    let found = with_store(IdbTransactionMode::Readonly, &ask).await;
    Kept::read(id, &found.ok()?)
}

/// Keeps the way to a file or folder.
pub async fn keep(id: &str, name: &str, size: Option<u64>, handle: &FileSystemHandle) -> bool {
    put(id, name, size, "handle", handle).await.is_ok()
}

/// Keeps a copy of a file. `copied` hears how much of it is there; the error is for people.
pub async fn copy(id: &str, file: &File, copied: impl Fn(u64)) -> Result<(), String> {
    let size = file.size() as u64;
    if let Some(room) = room().await
        && room < size
    {
        return Err(format!(
            "The browser has room for {} more, and the file takes {}.",
            crate::text::human::size(room),
            crate::text::human::size(size)
        ));
    }
    let written = write(id, file, copied).await;
    let written = match written {
        Ok(()) => put(id, &file.name(), Some(size), "copy", &JsValue::TRUE).await,
        failed => failed,
    };
    if let Err(why) = written {
        // Half a copy is of no use.
        let _removed = remove_copy(id).await;
        return Err(format!("The file could not be copied: {}.", reason(&why)));
    }
    Ok(())
}

/// Keeps nothing of it any more.
pub async fn forget(id: &str) -> Result<(), String> {
    let told = |why: JsValue| format!("It could not be deleted: {}.", reason(&why));
    // Where there is no copy nothing has to go.
    match remove_copy(id).await {
        Err(why) if !is_missing(&why) => return Err(told(why)),
        _ => {}
    }
    let ask = |store: &IdbObjectStore| store.delete(&id.into());
    let gone = with_store(IdbTransactionMode::Readwrite, &ask).await;
    gone.map(drop).map_err(told)
}

impl Kept {
    fn read(id: &str, found: &JsValue) -> Option<Self> {
        let field = |name: &str| Reflect::get(found, &name.into()).ok();
        let handle = field("handle")?;
        let way = match handle.dyn_into::<FileSystemFileHandle>() {
            Ok(file) => Way::File(file),
            Err(handle) => match handle.dyn_into::<FileSystemDirectoryHandle>() {
                Ok(folder) => Way::Folder(folder),
                Err(_) if field("copy")? == JsValue::TRUE => Way::Copy,
                Err(_) => return None,
            },
        };
        let size = field("size").and_then(|size| size.as_f64());
        let size = size.filter(|size| size.is_finite() && *size >= 0.0);
        Some(Self {
            id: id.to_owned(),
            name: field("name")?.as_string()?,
            size: size.map(|size| size as u64),
            way,
        })
    }

    /// Opens it; `asks` lets the browser ask the user, which it does only while a click is
    /// handled.
    pub async fn open(&self, asks: bool) -> Access {
        match &self.way {
            Way::Copy => match copied(&self.id, &self.name).await {
                Ok(file) => Access::File(file),
                Err(_) => Access::Refused,
            },
            Way::File(handle) => match permission(handle, asks).await {
                Some(true) => match JsFuture::from(handle.get_file()).await {
                    Ok(file) => file.dyn_into().map_or(Access::Refused, Access::File),
                    Err(_) => Access::Refused,
                },
                Some(false) => Access::Refused,
                None => Access::Asks,
            },
            Way::Folder(handle) => match permission(handle, asks).await {
                Some(true) => Access::Folder(handle.clone()),
                Some(false) => Access::Refused,
                None => Access::Asks,
            },
        }
    }
}

/// The handle that a gift promised; browsers without such a thing promise nothing.
pub async fn promised(handle: Promise) -> Option<FileSystemHandle> {
    JsFuture::from(handle).await.ok()?.dyn_into().ok()
}

/// By what a folder is kept already.
pub async fn id_of(folder: &FileSystemHandle) -> Option<String> {
    for kept in all().await {
        if let Way::Folder(known) = &kept.way
            && let Ok(same) = JsFuture::from(folder.is_same_entry(known)).await
            && same.is_truthy()
        {
            return Some(kept.id);
        }
    }
    None
}

/// Whether a handle may be read; `None` where somebody has to be asked first.
async fn permission(handle: &FileSystemHandle, asks: bool) -> Option<bool> {
    let word = match asks {
        true => "requestPermission",
        false => "queryPermission",
    };
    let ask = || {
        let ask: Function = Reflect::get(handle, &word.into()).ok()?.dyn_into().ok()?;
        ask.call0(handle).ok()?.dyn_into::<Promise>().ok()
    };
    let Some(answer) = ask() else {
        // A browser without the question has nothing that it could refuse.
        return Some(true);
    };
    let answer = JsFuture::from(answer).await.ok()?.as_string()?;
    match answer.as_str() {
        "granted" => Some(true),
        "denied" => Some(false),
        _ => None,
    }
}

/// Bytes that the browser would still take.
async fn room() -> Option<u64> {
    let storage = web_sys::window()?.navigator().storage();
    let estimate: Function = Reflect::get(&storage, &"estimate".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let asked: Promise = estimate.call0(&storage).ok()?.dyn_into().ok()?;
    let told = JsFuture::from(asked).await.ok()?;
    let number = |name: &str| Reflect::get(&told, &name.into()).ok()?.as_f64();
    Some((number("quota")? - number("usage")?).max(0.0) as u64)
}

async fn copies(create: bool) -> Outcome<FileSystemDirectoryHandle> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let storage = window.navigator().storage();
    let root: Function = Reflect::get(&storage, &"getDirectory".into())?.dyn_into()?;
    let root: Promise = root.call0(&storage)?.dyn_into()?;
    let root: FileSystemDirectoryHandle = JsFuture::from(root).await?.dyn_into()?;
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(create);
    let folder = root.get_directory_handle_with_options(COPIES, &options);
    JsFuture::from(folder).await?.dyn_into()
}

/// Written some at a time: a copy takes no memory.
const PART: f64 = (8u32 << 20) as f64;

async fn write(id: &str, file: &File, told: impl Fn(u64)) -> Outcome<()> {
    let folder = copies(true).await?;
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let handle = folder.get_file_handle_with_options(id, &options);
    let handle: FileSystemFileHandle = JsFuture::from(handle).await?.dyn_into()?;
    let stream = JsFuture::from(handle.create_writable()).await?;
    let stream: FileSystemWritableFileStream = stream.dyn_into()?;
    let size = file.size();
    let mut at = 0.0;
    while at < size {
        let end = size.min(at + PART);
        let part = file.slice_with_f64_and_f64(at, end)?;
        JsFuture::from(stream.write_with_blob(&part)?).await?;
        told(end as u64);
        at = end;
    }
    JsFuture::from(stream.close()).await?;
    Ok(())
}

/// A copy under the name that the file had.
async fn copied(id: &str, name: &str) -> Outcome<File> {
    let folder = copies(false).await?;
    let handle: FileSystemFileHandle = JsFuture::from(folder.get_file_handle(id))
        .await?
        .dyn_into()?;
    let file: File = JsFuture::from(handle.get_file()).await?.dyn_into()?;
    File::new_with_blob_sequence(&Array::of1(&file), name)
}

async fn remove_copy(id: &str) -> Outcome<()> {
    let folder = copies(false).await?;
    JsFuture::from(folder.remove_entry(id)).await?;
    Ok(())
}

async fn put(id: &str, name: &str, size: Option<u64>, field: &str, value: &JsValue) -> Outcome<()> {
    let record = Object::new();
    Reflect::set(&record, &"name".into(), &name.into())?;
    if let Some(size) = size {
        Reflect::set(&record, &"size".into(), &(size as f64).into())?;
    }
    Reflect::set(&record, &field.into(), value)?;
    let ask = |store: &IdbObjectStore| store.put_with_key(&record, &id.into());
    let kept = with_store(IdbTransactionMode::Readwrite, &ask).await;
    kept.map(drop)
}

async fn read_all() -> Outcome<Vec<Kept>> {
    let mode = IdbTransactionMode::Readonly;
    let keys = with_store(mode, &IdbObjectStore::get_all_keys).await?;
    let mut all = Vec::new();
    for key in keys.dyn_into::<Array>()?.iter() {
        let Some(id) = key.as_string() else { continue };
        all.extend(find(&id).await);
    }
    Ok(all)
}

/// One question to the store, and its answer. It is compiled once for all of them: the first
/// page has it too.
async fn with_store(
    mode: IdbTransactionMode,
    ask: &dyn Fn(&IdbObjectStore) -> Outcome<IdbRequest>,
) -> Outcome<JsValue> {
    let database = open().await?;
    let asked = database
        .transaction_with_str_and_mode(STORE, mode)
        .and_then(|transaction| transaction.object_store(STORE))
        .and_then(|store| ask(&store));
    let answer = match asked {
        Ok(request) => answered(&request).await,
        Err(why) => Err(why),
    };
    database.close();
    answer
}

async fn open() -> Outcome<IdbDatabase> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let factory = window.indexed_db()?.ok_or(JsValue::NULL)?;
    let request: IdbOpenDbRequest = factory.open_with_u32(DATABASE, 1)?;
    let made = request.clone();
    let make = Closure::once_into_js(move || {
        if let Ok(database) = made.result().and_then(JsValue::dyn_into::<IdbDatabase>) {
            // Without a store the next question fails, which is told there.
            let _made = database.create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(make.unchecked_ref()));
    answered(&request).await?.dyn_into()
}

async fn answered(request: &IdbRequest) -> Outcome<JsValue> {
    let done = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(done).await?;
    request.result()
}

fn is_missing(why: &JsValue) -> bool {
    let name = Reflect::get(why, &"name".into()).ok();
    // Where there is no storage at all, there is no copy either.
    name.and_then(|name| name.as_string())
        .is_none_or(|name| name == "NotFoundError" || name == "TypeError")
}

fn reason(why: &JsValue) -> String {
    let told = Reflect::get(why, &"message".into()).ok();
    let told = told.and_then(|told| told.as_string());
    told.unwrap_or_else(|| "this browser gives a page no place for it".to_owned())
}
