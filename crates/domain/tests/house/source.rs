//! A crate as its files stand: which modules there are, what each declares, and what it names of others'.
//!
//! Names are followed to the file that declares them, through `use`, `pub use` and globs. What macros make is as near
//! as its words are: every word in a macro's call counts as declared there, and every path in one as named.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, Meta, UseTree, Visibility};

/// From a file to another one, and by which names.
pub type Arrows = BTreeMap<(PathBuf, PathBuf), BTreeSet<String>>;

type Names = Vec<String>;

#[derive(Default)]
pub struct Source {
    modules: Vec<Module>,
    /// What only tests compile.
    left_out: Vec<PathBuf>,
}

#[derive(Default)]
struct Module {
    file: PathBuf,
    /// Where the files of its children are.
    folder: PathBuf,
    parent: Option<usize>,
    children: HashMap<String, usize>,
    items: HashSet<String>,
    imports: HashMap<String, Vec<Names>>,
    globs: Vec<Names>,
    named: BTreeSet<Names>,
}

/// Where a path leads.
#[derive(Clone, Copy)]
enum Target {
    Module(usize),
    /// Something that this module declares.
    In(usize),
    /// Another crate's, or the language's.
    Outside,
}

impl Source {
    /// Reads a crate, or a binary, from its first file on.
    pub fn read(root: &Path) -> Self {
        let mut source = Self::default();
        let folder = root.parent().expect("a file is in a folder").to_owned();
        source.add_file(root.to_owned(), folder, None);
        source
    }

    pub fn files(&self) -> BTreeSet<&Path> {
        self.modules.iter().map(|module| module.file.as_path()).collect()
    }

    /// Whether only tests have it.
    pub fn is_of_tests(&self, file: &Path) -> bool {
        self.left_out.iter().any(|path| file.starts_with(path) || file == path.with_extension("rs"))
    }

    /// Who names something of whom, but for themselves. Naming a module is nothing yet, nor is `pub use`: what counts
    /// is what is named in it or by it.
    pub fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (id, module) in self.modules.iter().enumerate() {
            for path in &module.named {
                let Target::In(other) = self.resolve(id, path, &mut HashSet::new()) else { continue };
                let other = &self.modules[other].file;
                if *other != module.file {
                    arrows.entry((module.file.clone(), other.clone())).or_default().insert(path.join("::"));
                }
            }
        }
        arrows
    }

    fn resolve(&self, from: usize, path: &[String], seen: &mut HashSet<(usize, Names)>) -> Target {
        // A name that is imported by itself is another crate's.
        if !seen.insert((from, path.to_vec())) {
            return Target::Outside;
        }
        let mut at = Target::Module(from);
        for (index, name) in path.iter().enumerate() {
            let Target::Module(module) = at else { return at };
            let is_last = index + 1 == path.len();
            at = match name.as_str() {
                "crate" => Target::Module(0),
                "self" => at,
                "super" => Target::Module(self.modules[module].parent.expect("the crate is above nobody")),
                _ => match self.look_up(module, name, is_last, seen) {
                    Some(found) => found,
                    None if index == 0 => Target::Outside,
                    // What a macro has made there.
                    None => Target::In(module),
                },
            };
        }
        at
    }

    /// A name may be a module's and an item's at once: at the end of a path the item is meant.
    fn look_up(
        &self,
        id: usize,
        name: &str,
        is_last: bool,
        seen: &mut HashSet<(usize, Names)>,
    ) -> Option<Target> {
        let module = &self.modules[id];
        let child = module.children.get(name).map(|child| Target::Module(*child));
        if !is_last && child.is_some() {
            return child;
        }
        if module.items.contains(name) {
            return Some(Target::In(id));
        }
        let imports = module.imports.get(name);
        for path in imports.into_iter().flatten() {
            let found = self.resolve(id, path, seen);
            if !matches!(found, Target::Outside) {
                return Some(found);
            }
        }
        if child.is_some() {
            return child;
        }
        if imports.is_some() {
            return Some(Target::Outside);
        }
        for glob in &module.globs {
            if let Target::Module(other) = self.resolve(id, glob, seen)
                && seen.insert((other, vec!["*".into(), name.to_owned()]))
                && let Some(found) = self.look_up(other, name, is_last, seen)
            {
                return Some(found);
            }
        }
        None
    }

    fn add_file(&mut self, file: PathBuf, folder: PathBuf, parent: Option<usize>) -> usize {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.add_module(Module { file, folder, parent, ..Module::default() }, &parsed.items)
    }

    fn add_module(&mut self, module: Module, items: &[Item]) -> usize {
        let id = self.modules.len();
        self.modules.push(module);
        for item in items {
            match item {
                Item::Mod(child) => {
                    let name = child.ident.to_string();
                    let folder = self.modules[id].folder.join(&name);
                    if is_for_tests(&child.attrs) {
                        self.left_out.push(folder);
                        continue;
                    }
                    let added = match &child.content {
                        Some((_, items)) => {
                            let file = self.modules[id].file.clone();
                            self.add_module(
                                Module { file, folder, parent: Some(id), ..Module::default() },
                                items,
                            )
                        }
                        None => {
                            let file = [folder.with_extension("rs"), folder.join("mod.rs")]
                                .into_iter()
                                .find(|file| file.exists())
                                .unwrap_or_else(|| panic!("no file of mod {name} in {}", folder.display()));
                            self.add_file(file, folder, Some(id))
                        }
                    };
                    self.modules[id].children.insert(name, added);
                }
                item => {
                    self.modules[id].declare(item);
                    self.modules[id].visit_item(item);
                }
            }
        }
        id
    }
}

impl Module {
    fn declare(&mut self, item: &Item) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Macro(item) => {
                let mut words = Vec::new();
                match &item.ident {
                    Some(name) => words.push(vec![name.to_string()]),
                    None => paths(item.mac.tokens.clone(), &mut words),
                }
                self.items.extend(words.into_iter().flatten());
                return;
            }
            _ => return,
        };
        self.items.insert(name.to_string());
    }

    fn import(&mut self, before: &[String], tree: &UseTree, is_named: bool) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        let (path, name) = match tree {
            UseTree::Path(path) => return self.import(&with(&path.ident), &path.tree, is_named),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(before, tree, is_named));
            }
            UseTree::Glob(_) => return self.globs.push(before.to_vec()),
            UseTree::Name(name) if name.ident == "self" => (before.to_vec(), before.last().cloned()),
            UseTree::Name(name) => (with(&name.ident), Some(name.ident.to_string())),
            UseTree::Rename(renamed) if renamed.ident == "self" => {
                (before.to_vec(), Some(renamed.rename.to_string()))
            }
            UseTree::Rename(renamed) => (with(&renamed.ident), Some(renamed.rename.to_string())),
        };
        if is_named {
            self.named.insert(path.clone());
        }
        self.imports.entry(name.expect("a path has names")).or_default().push(path);
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if !matches!(item, ImplItem::Fn(function) if is_for_tests(&function.attrs)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            self.import(&[], &item.tree, matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.named.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    /// `pub(in some::path)` says who may, and names nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        let mut found = Vec::new();
        paths(call.tokens.clone(), &mut found);
        self.named.extend(found);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let Meta::List(list) = &attribute.meta else { return };
        let mut found = Vec::new();
        paths(list.tokens.clone(), &mut found);
        if list.path.is_ident("serde") {
            let texts = list.tokens.clone().into_iter();
            found.extend(texts.filter_map(|token| {
                let text: syn::LitStr = syn::parse2(token.into()).ok()?;
                let path: syn::Path = text.parse().ok()?;
                Some(path.segments.iter().map(|segment| segment.ident.to_string()).collect())
            }));
        }
        self.named.extend(found);
    }
}

/// The paths among a macro's words, of one name or of several.
fn paths(tokens: TokenStream, found: &mut Vec<Names>) {
    let mut path = Names::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Ident(name) => {
                if colons != 2 {
                    found.push(std::mem::take(&mut path));
                }
                path.push(name.to_string());
                colons = 0;
            }
            other => {
                found.push(std::mem::take(&mut path));
                colons = 0;
                if let TokenTree::Group(group) = other {
                    paths(group.stream(), found);
                }
            }
        }
    }
    found.push(path);
    found.retain(|path| !path.is_empty());
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
