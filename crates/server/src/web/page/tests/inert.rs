//! Hostile text stays text, and no page carries what the content security policy forbids.

use std::{fs, path::Path};

use askama::Template;

use super::samples::*;
use crate::{web::page::*, words::Locale};

const HOSTILE: &str =
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}{% raw %}&lt;\u{202e}--><!--";

/// The page's tags with their attributes' names, values left out: a crude parse, enough to see one more of either.
fn skeleton(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let (mut tag, mut quote, mut end) = (String::new(), None, rest.len());
        for (at, c) in rest.char_indices().skip_while(|(at, _)| *at < start) {
            match quote {
                None if c == '>' => {
                    end = at + 1;
                    break;
                }
                None if c == '"' || c == '\'' => quote = Some(c),
                Some(open) if c == open => quote = None,
                None => tag.push(c),
                Some(_) => {}
            }
        }
        tags.push(tag);
        rest = &rest[end..];
    }
    tags
}

#[test]
fn hostile_text_adds_no_element_and_no_attribute_to_any_page() {
    for locale in Locale::ALL {
        let (plain, hostile) = (pages_in(locale, "plain"), pages_in(locale, HOSTILE));
        assert_eq!(plain.len(), hostile.len());
        for (plain, hostile) in plain.iter().zip(&hostile) {
            assert_eq!(skeleton(plain), skeleton(hostile));
        }
    }
}

#[test]
fn the_skeleton_sees_an_element_and_an_attribute_that_slipped_in() {
    assert_ne!(skeleton("<p title=\"x\">y</p>"), skeleton("<p title=\"x\"><b>y</b></p>"));
    assert_ne!(skeleton("<p title=\"x\">y</p>"), skeleton("<p title=\"x\" id=\"z\">y</p>"));
}

#[test]
fn hostile_text_is_shown_as_the_text_it_is() {
    let page = consent(HOSTILE, app(HOSTILE, Trust::Anonymous, web(HOSTILE))).render().unwrap();
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    assert!(page.contains("&#60;script&#62;") && page.contains("{{7*7}}{% raw %}&#38;lt;"), "{page}");
    let read = page.split("<bdi>").skip(1).filter_map(|part| part.split("</bdi>").next());
    assert!(read.into_iter().all(|text| !text.contains('\u{202e}')));
}

#[test]
fn what_a_machine_reads_back_arrives_unaltered() {
    let page = form_post("a\u{202e}b").render().unwrap();
    assert!(page.contains("name=\"state\" value=\"a\u{202e}b\""), "{page}");
}

#[test]
fn only_two_pages_have_a_script_and_it_is_a_file_of_ours() {
    for page in pages("plain") {
        let scripts = page.matches("<script").count();
        let has = |name| page.contains(&format!("<script src=\"/assets/{name}.js\" defer></script>"));
        assert_eq!(has("form-post"), page.contains("id=\"form-post\""));
        assert_eq!(has("passkey"), page.contains("id=\"passkey-form\""));
        assert_eq!(scripts, usize::from(has("form-post")) + usize::from(has("passkey")));
    }
}

#[test]
fn where_passkeys_cannot_be_the_login_page_has_no_script() {
    let page = Login { passkey: None, ..login("x", false) }.render().unwrap();
    assert!(!page.contains("<script") && !page.contains("passkey"), "{page}");
}

#[test]
fn only_a_verified_app_gets_links_that_can_be_clicked() {
    let verified = consent("x", app("x", Trust::Verified, web("x"))).render().unwrap();
    assert_eq!(verified.matches("rel=\"noopener noreferrer nofollow\"").count(), 3);
    let anonymous = consent("x", app("x", Trust::Anonymous, web("x"))).render().unwrap();
    assert!(
        !anonymous.contains("<a ")
            && anonymous.contains(
                "<bdi>https://client.example/x</bdi> <span class=\"claim\">by its own account</span>"
            )
    );
}

#[test]
fn a_link_that_is_no_web_address_is_text_even_for_a_verified_app() {
    let mut page = consent("x", app("x", Trust::Verified, web("x")));
    page.links[0].url = "javascript:alert(1)".into();
    assert!(!page.render().unwrap().contains("href=\"javascript:"));
}

#[test]
fn an_error_page_leads_to_no_address_that_a_stranger_sent() {
    for problem in problems("https://evil.example/") {
        let page = error_page(problem, "x");
        let ours = page.matches("<a class=\"button\" href=\"/login\">").count();
        assert_eq!(page.matches("<a ").count(), ours, "{page}");
        assert!(!page.contains("http-equiv"), "{page}");
    }
}

#[test]
fn no_template_switches_escaping_off_or_carries_inline_style_or_script() {
    let mut seen = 0;
    for folder in ["", "page", "part", "icon"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(folder);
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            seen += 1;
            for forbidden in ["safe", "escape", "style=", "<style", " on", "javascript:", "http-equiv"] {
                let found = text.match_indices(forbidden).any(|(at, _)| is_code(&text, at, forbidden));
                assert!(!found, "{forbidden} in {}", path.display());
            }
        }
    }
    assert!(seen > 20);
}

/// ` on` is forbidden as the beginning of an attribute (`onclick=`) and `safe` as a filter, not as words.
fn is_code(text: &str, at: usize, found: &str) -> bool {
    let word: String = text[at + 1..].chars().take_while(char::is_ascii_alphanumeric).collect();
    match found {
        " on" => text[at + 1 + word.len()..].starts_with('='),
        "safe" | "escape" => text[..at].trim_end().ends_with('|'),
        _ => true,
    }
}

#[test]
fn the_stylesheet_stays_small_and_reaches_for_nothing_outside() {
    assert!(STYLESHEET.len() < 24_000, "{} bytes", STYLESHEET.len());
    assert!(!STYLESHEET.contains("url(") && !STYLESHEET.contains("@import"));
}
