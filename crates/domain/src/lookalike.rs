//! Names that look like one another, although they are written with other letters: a customer may call themselves
//! anything, also what somebody who answers is called, and whoever reads it should be told.
//!
//! Two names look alike when their skeletons are equal (UTS #39, “confusable detection”), in either case of their
//! letters. Of the standard's table this holds what looks like a Latin letter or a digit, the part by which one script is
//! mistaken for another. A test holds it to the standard. The server looks: in the panel's WASM it would be 16 KB of 150.

use crate::people::OperatorRef;

/// The names of those who answer, as they look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookalikes {
    /// Skeletons, sorted, and whose each is.
    names: Vec<(String, String)>,
}

impl Lookalikes {
    #[must_use]
    pub fn new(operators: &[OperatorRef]) -> Self {
        let all = operators
            .iter()
            .flat_map(|operator| skeletons(&operator.name).map(|looks| (looks, operator.name.clone())));
        let mut names: Vec<_> = all.filter(|(looks, _)| !looks.is_empty()).collect();
        names.sort_unstable();
        names.dedup_by(|a, b| a.0 == b.0);
        Self { names }
    }

    /// The name of the one who answers for whom a customer of this name might be taken.
    #[must_use]
    pub fn of(&self, customer: &str) -> Option<&str> {
        skeletons(customer).iter().find_map(|looks| {
            let place = self.names.binary_search_by(|(known, _)| known.as_str().cmp(looks)).ok()?;
            Some(self.names[place].1.as_str())
        })
    }
}

/// How a name looks as it is written, and in small letters: `Н` looks like an H, `н` does not.
fn skeletons(name: &str) -> [String; 2] {
    [skeleton(name), skeleton(&name.to_lowercase())]
}

/// A name's letters and digits as the plainest ones that look like them; blanks, marks and punctuation count for nothing.
fn skeleton(name: &str) -> String {
    let mut looks = String::with_capacity(name.len());
    for c in name.chars() {
        match plain(c) {
            // UTS #39 takes these two for one.
            'm' => looks.push_str("rn"),
            c if c.is_alphanumeric() => looks.extend(c.to_lowercase()),
            _ => {}
        }
    }
    looks
}

/// The small Latin letter or the digit that `c` looks like, or itself. One class: `i`, `l`, `1`; another: `o`, `0`.
fn plain(c: char) -> char {
    let c = match unstyled(c) {
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => LOOKS.iter().find(|(_, like)| like.contains(c)).map_or(c, |(plain, _)| *plain),
    };
    match c {
        'i' | '1' | '|' => 'l',
        '0' => 'o',
        c => c,
    }
}

/// A letter out of the blocks that hold whole alphabets in another style: mathematical, outlined, of full width.
fn unstyled(c: char) -> char {
    let n = u32::from(c);
    let plain = match n {
        0xff10..=0xff19 => 0x30 + n - 0xff10,
        0xff21..=0xff3a => 0x61 + n - 0xff21,
        0xff41..=0xff5a => 0x61 + n - 0xff41,
        0x1d400..=0x1d6a3 => 0x61 + (n - 0x1d400) % 26,
        0x1d6a8..=0x1d7c9 => match (n - 0x1d6a8) % 58 {
            capital @ 0..=24 => 0x391 + capital,
            small @ 26..=50 => 0x3b1 + small - 26,
            _ => n,
        },
        0x1d7ce..=0x1d7ff => 0x30 + (n - 0x1d7ce) % 10,
        0x1ccd6..=0x1ccef => 0x61 + n - 0x1ccd6,
        0x1ccf0..=0x1ccf9 => 0x30 + n - 0x1ccf0,
        0x1fbf0..=0x1fbf9 => 0x30 + n - 0x1fbf0,
        _ => n,
    };
    char::from_u32(plain).unwrap_or(c)
}

/// What looks like a Latin letter or a digit (Unicode's `confusables.txt`), by what it looks like. Right-to-left and
/// rarer letters by number, so that editors show the lines as they are.
const LOOKS: [(char, &str); 33] = [
    ('2', "ƧϨჇᒿᘖᲷ\u{a644}\u{a6ef}\u{a75a}"),
    ('3', "ƷȜЗӠՅ३૩ᜂᲕⲜⳄⳌ\u{a76a}\u{a7ab}\u{118ca}\u{16f3b}\u{1d206}"),
    ('4', "Ꮞ\u{ab9e}\u{118af}\u{16e82}"),
    ('5', "Ƽ\u{118bb}"),
    ('6', "ϬбᏮⳒⳓⳜ\u{a543}\u{abbe}\u{118d5}"),
    ('7', "ᜪᲄ\u{104d2}\u{118c6}\u{16e8a}\u{1d1fe}\u{1d212}"),
    ('8', "Ȣȣ৪੪\u{b03}\u{a589}\u{1031a}\u{11445}\u{169fe}\u{1e8cb}"),
    ('9', "৭੧୨൭Ⳋⳋ\u{a76e}\u{a76f}\u{118ac}\u{118cc}\u{118d6}\u{169c1}\u{1e2f2}"),
    ('a', "ɑΑαАаᎪᗅ⍺\u{a4ee}\u{ab64}\u{102a0}\u{16f40}\u{1df5a}\u{1df6a}"),
    ('b', "ƄΒВЬ\u{7d5}ᏏᏴᑲᖯᗷℬⲂ\u{a4d0}\u{a557}\u{a7b4}\u{10282}\u{102a1}\u{10301}\u{1031c}\u{16eb6}\u{1d207}"),
    (
        'c',
        "ϲϹСсငၚᏟᲃᴄℂℭⅭⅽⲤⲥ\u{a4da}\u{abaf}\u{102a2}\u{10302}\u{10415}\u{1043d}\u{1051b}\u{118e9}\u{118f2}\
         \u{1d134}\u{1f74c}",
    ),
    ('d', "ԁᎠᏧᑯᗞᗪⅅⅆⅮⅾ\u{a4d2}\u{a4d3}\u{1018b}"),
    ('e', "ΕЕеҽᎬ℮ℯℰⅇ⋿ⴹ\u{a4f0}\u{a5cb}\u{ab32}\u{10286}\u{118a6}\u{118ae}\u{1df81}"),
    (
        'f',
        "ſƒʄϜք\u{7d3}ᖴẝℱ\u{a4dd}\u{a798}\u{a799}\u{ab35}\u{1017e}\u{10287}\u{102a5}\u{10525}\u{118a2}\
         \u{118c2}\u{1d213}\u{1d7ca}",
    ),
    ('g', "ƍɡԌցᏀᏳᶃℊ\u{a4d6}"),
    ('h', "ΗНҺһհႹᎻᏂᕼℋℌℍℎⲎ\u{a4e7}\u{102cf}"),
    ('j', "ȷͿϳЈјյᎫᒍⅉ\u{a4d9}\u{a7b2}\u{1d6a5}"),
    ('k', "ΚКᏦᛕKⲔ\u{a4d7}\u{10518}"),
    (
        'l',
        "¡ıƖǀɩɪΙιІіӀӏւ\u{5c0}\u{5d5}\u{5df}\u{627}\u{661}\u{6f1}\u{7ca}।၊ᎥᏞᒪᛁᛐιℐℑℒℓℹⅈⅠⅬⅰⅼ↿∣⍳⏽│┃ⲒⲓⳐⵊⵏ\
         \u{a4e1}\u{a4f2}\u{a56f}\u{a647}\u{a781}\u{a7ae}\u{a7fe}\u{a830}\u{a8ce}\u{aa5d}\u{ab75}\u{fe31}\
         \u{fe8d}\u{fe8e}\u{ff5c}\u{ffe8}\u{1028a}\u{10309}\u{10320}\u{1041b}\u{1050e}\u{10526}\u{10926}\
         \u{10c3e}\u{10ca5}\u{10cfa}\u{11047}\u{110c0}\u{11141}\u{111c5}\u{113d4}\u{1144b}\u{115c5}\
         \u{11641}\u{118a3}\u{118b2}\u{118c3}\u{11c41}\u{11dda}\u{11de1}\u{16d63}\u{16eaa}\u{16f16}\
         \u{16f28}\u{1d100}\u{1d22a}\u{1d377}\u{1d6a4}\u{1e141}\u{1e8c7}\u{1ed01}\u{1ee00}\u{1ee80}",
    ),
    ('m', "ΜϺМՠᎷᗰᛖℳⅯⅿⲘ\u{a4df}\u{102b0}\u{10311}\u{10c21}\u{11700}\u{118e3}"),
    ('n', "ΝոռℕⲚ\u{a4e0}\u{10513}\u{11abe}"),
    (
        'o',
        "ΟοσϭОоՕօ\u{5e1}\u{647}\u{665}\u{6be}\u{6c1}\u{6d5}\u{6f5}\u{7c0}\u{7cb}\u{840}०০੦૦ଠ୦௦\u{c02}౦\
         \u{c82}೦\u{d02}ഠ൦\u{d82}๐໐ဝ၀ჿᄋᆼዐ០ᩅ᪀᪐\u{1bea}ᲂᲿᴏᴑℴⲞⲟⵔ\u{3007}\u{3147}\u{a4f3}\u{ab3d}\u{fba6}\
         \u{fba7}\u{fba8}\u{fba9}\u{fbaa}\u{fbab}\u{fbac}\u{fbad}\u{fee9}\u{feea}\u{feeb}\u{feec}\u{ffb7}\
         \u{10292}\u{102ab}\u{1030f}\u{10404}\u{1042c}\u{104c2}\u{104ea}\u{10516}\u{1092c}\u{10c17}\
         \u{10d07}\u{11124}\u{11302}\u{114d0}\u{118b5}\u{118c8}\u{118d7}\u{118e0}\u{11de0}\u{16ae9}\
         \u{1e140}\u{1e2f0}\u{1ee24}\u{1ee84}",
    ),
    ('p', "þƿΡρϱϸРрᏢᑭℙ⍴ⲢⲣⳎⳏ\u{a4d1}\u{10295}\u{1d6e0}\u{1d71a}\u{1d754}\u{1d78e}\u{1d7c8}"),
    ('q', "Ԛԛգզℚⵕ"),
    ('r', "ƦɌгᎡᏒᖇᴦℛℜℝⲅ\u{a4e3}\u{ab47}\u{ab48}\u{ab81}\u{104b4}\u{16a19}\u{16f35}\u{1d216}"),
    ('s', "ƽЅѕՏടႽჽᏕᏚᲽ\u{a4e2}\u{a576}\u{a731}\u{abaa}\u{10296}\u{10420}\u{10448}\u{118c1}\u{16ad6}\u{16f3a}"),
    (
        't',
        "ΤТ\u{7e0}Ꭲ⊤⟙Ⲧ\u{3112}\u{4e05}\u{a4d4}\u{a50b}\u{10297}\u{102b1}\u{10315}\u{118bc}\u{16f0a}\
         \u{1d373}\u{1f768}",
    ),
    ('u', "ʋυՍսሀᑌᴜ∪⋃\u{a4f4}\u{a79f}\u{ab4e}\u{ab52}\u{104ce}\u{104f6}\u{118b8}\u{118d8}\u{16f42}"),
    (
        'v',
        "νѴѵ\u{5d8}\u{667}\u{6f7}ᏙᐯᴠⅤⅴ∨⋁ⴸ\u{a4e6}\u{a6df}\u{aba9}\u{1051d}\u{10c1f}\u{11706}\u{118a0}\
         \u{118c0}\u{16f08}\u{1cefc}\u{1d20d}\u{1e145}",
    ),
    (
        'w',
        "ɯшѡԜԝաᎳᏔᴡ⧢ⲽ\u{a4ea}\u{a7fa}\u{ab83}\u{aba4}\u{1170a}\u{1170e}\u{1170f}\u{118e6}\u{118ef}\u{1d20c}\
         \u{1df7d}",
    ),
    (
        'x',
        "×ΧХхᕁᕽ᙭᙮ᚷᝣ\u{1bec}ᳵⅩⅹ╳⤫⤬⨯Ⲭⵝ\u{a4eb}\u{a7b3}\u{10290}\u{102b4}\u{10317}\u{10322}\u{10527}\u{10c13}\
         \u{10c82}\u{10cc2}\u{10cfc}\u{118ec}",
    ),
    (
        'y',
        "ɣʏΥγϒУуҮү\u{7cc}ყᎩᎽᶌỿℽⲨⲩ\u{311a}\u{4e2b}\u{a4ec}\u{ab5a}\u{102b2}\u{10c20}\u{118a4}\u{118c4}\
         \u{118dc}\u{16f43}",
    ),
    ('z', "ΖჍᏃᴢℤℨⱫⱬⲌⲍⴭ\u{a4dc}\u{a6c9}\u{ab93}\u{102f5}\u{10507}\u{118a9}\u{118e5}\u{11abc}"),
];

#[cfg(test)]
mod tests {
    use unicode_security::skeleton as by_the_standard;

    use super::*;
    use crate::ids::OperatorId;

    #[test]
    fn names_that_look_like_an_operators_are_found() {
        let operator = |id, name: &str| OperatorRef { id: OperatorId(id), name: name.into() };
        let staff = [operator(1, "Anna"), operator(2, "Борис"), operator(3, "Emil"), operator(4, "👩")];
        let staff = Lookalikes::new(&staff);
        for (customer, like) in [
            ("Anna", Some("Anna")),
            ("ANNA ", Some("Anna")),
            ("Аnnа", Some("Anna")),
            ("A\u{200b}nna.", Some("Anna")),
            ("𝐀𝓃𝕟𝖆", Some("Anna")),
            ("Ａｎｎａ", Some("Anna")),
            ("Борис", Some("Борис")),
            ("БОРИС", Some("Борис")),
            ("Бopиc", Some("Борис")),
            ("Ernil", Some("Emil")),
            ("EMlL", Some("Emil")),
            ("Hanna", None),
            ("Ann", None),
            ("Anna Maria", None),
            ("Анна", None),
            ("", None),
            ("👩", None),
            ("…", None),
        ] {
            assert_eq!(staff.of(customer), like, "{customer}");
        }
    }

    #[test]
    fn the_table_is_the_standards() {
        for c in '\u{80}'..=char::MAX {
            let looks: String = by_the_standard(&c.to_string()).collect();
            if looks == "rn" || looks.len() == 1 && looks.chars().all(|c| c.is_ascii_alphanumeric()) {
                let expected = skeleton(&looks);
                assert_eq!(skeleton(&c.to_string()), expected, "U+{:04X} looks like {looks}", u32::from(c));
            }
        }
    }
}
