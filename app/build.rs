//! Makes methods of the texts in `locales/`, and what the server has of every language. A language that is not whole ends
//! the build with what to do.

use std::path::{Path, PathBuf};
use std::{env, fs};

use chathub_texts::{Rooms, languages, load, names};

const PANEL: Rooms<'_> = Rooms { name: "PanelTexts", texts: &["panel"], by_code: &["refusals"] };
const CONSOLE: Rooms<'_> =
    Rooms { name: "ConsoleTexts", texts: &["console"], by_code: &["sign_in_refused", "refusals"] };

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", folder.display());
    let found = match load(&folder) {
        Ok(found) => found,
        Err(complaints) => {
            for complaint in complaints.0 {
                println!("cargo::error={complaint}");
            }
            return Ok(());
        }
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let Some(english) = found.first() else { return Ok(()) };
    fs::write(out.join("panel_texts.rs"), names(english, &PANEL))?;
    fs::write(out.join("console_texts.rs"), names(english, &CONSOLE))?;
    fs::write(out.join("languages.rs"), languages(&found, &[PANEL, CONSOLE]))
}
