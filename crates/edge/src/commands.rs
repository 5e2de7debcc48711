//! What people are told to type: the words of the command line, whatever a name holds.

use chathub_domain::OrganizationId;
use chathub_hub::ports::{LoginMistake, OddLogins, character};

/// What an administrator is told of odd logins, a line each.
#[must_use]
pub fn odd_logins(odd: &OddLogins) -> String {
    match odd {
        OddLogins::Same(logins) => format!(
            "the logins {} are different ways to write the same one: each signs in only as it is written here, in any \
             case of letters. Give all but one of them another: {}",
            logins.iter().map(|login| format!("“{login}”")).collect::<Vec<_>>().join(" and "),
            rename(logins.last().map_or("", String::as_str))
        ),
        OddLogins::Refused(login, mistake) => {
            let why = match mistake {
                LoginMistake::Character(c) => format!("holds {}", character(*c)),
                LoginMistake::Direction => "mixes directions of writing".to_owned(),
            };
            format!(
                "the login “{login}” {why}, which a new one may not: it signs in only as it is written here, in any \
                 case of letters. To give it another: {}",
                rename(login)
            )
        }
    }
}

fn rename(login: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    let quoted = match login.chars().all(is_plain) {
        true => login.to_owned(),
        false => format!("'{}'", login.replace('\'', r"'\''")),
    };
    format!("chathub company login --login {quoted} --new LOGIN")
}

/// What puts an origin on the list. None for a login that is not seen as it is.
#[must_use]
pub fn allow_origin(login: &str, organization: OrganizationId, origin: &str) -> Option<String> {
    let is_seen =
        |character: char| matches!(character, '"' | '\'' | '\\') || character.escape_debug().len() == 1;
    if login != login.trim() || !login.chars().all(is_seen) {
        return None;
    }
    let company = if login.starts_with('-') { format!("--company={login}") } else { login.to_owned() };
    let company = shlex::try_quote(&company).ok()?;
    let flag = if login.starts_with('-') { "" } else { "--company " };
    let origin = shlex::try_quote(origin).ok()?;
    Some(format!("chathub organization origins {flag}{company} --organization {organization} --add {origin}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SALES: OrganizationId = OrganizationId(1);

    #[test]
    fn a_command_is_one_whatever_the_login_is() {
        let origin = "https://shop.example";
        let typed = |login| shlex::split(&allow_origin(login, SALES, origin)?);
        for login in ["acme", "Acme & Söhne", "$(reboot)", "`x`", "it's", "a\"b", "a;b|c", "\\", "!x", "*"] {
            let words = typed(login).unwrap();
            assert_eq!(
                words,
                [
                    "chathub",
                    "organization",
                    "origins",
                    "--company",
                    login,
                    "--organization",
                    "1",
                    "--add",
                    origin
                ]
            );
        }
        assert!(typed("-x y").unwrap().contains(&"--company=-x y".to_owned()));
        for login in ["a\nb", "a\u{202e}b", " a", "\0", "a\u{7f}"] {
            assert_eq!(allow_origin(login, SALES, origin), None, "{login:?}");
        }
    }

    proptest! {
        #[test]
        fn no_login_is_more_than_one_word(login in "\\PC{1,40}") {
            if let Some(command) = allow_origin(&login, SALES, "https://a.example") {
                prop_assert_eq!(command.lines().count(), 1);
                let words = shlex::split(&command).unwrap();
                prop_assert_eq!(words.len(), if login.starts_with('-') { 8 } else { 9 });
                prop_assert!(words.iter().any(|word| word.strip_prefix("--company=").unwrap_or(word) == login));
            }
        }
    }

    #[test]
    fn administrators_are_told_what_to_do() {
        let logins = ["acme", "ＡＣＭＥ", "globex", "O'Neill's Shop", "οδος"].map(str::to_owned);
        let lines: Vec<_> = chathub_hub::ports::odd_logins(&logins).iter().map(odd_logins).collect();
        assert_eq!(lines.len(), 2, "{lines:#?}");
        assert!(lines[0].starts_with("the logins “acme” and “ＡＣＭＥ” are"), "{}", lines[0]);
        assert!(lines[0].ends_with("chathub company login --login 'ＡＣＭＥ' --new LOGIN"), "{}", lines[0]);
        assert!(lines[1].starts_with("the login “O'Neill's Shop” holds a blank,"), "{}", lines[1]);
        assert!(lines[1].ends_with(r"--login 'O'\''Neill'\''s Shop' --new LOGIN"), "{}", lines[1]);
    }
}
