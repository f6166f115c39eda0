//! Where a browser arrives: on a page of this server, or away from it.

use http::HeaderMap;
use scraper::{ElementRef, Html, Selector};

use super::Form;

/// A page, as far as a test looks at it.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
    /// What a person reads, with single spaces.
    pub(crate) text: String,
    pub(crate) forms: Vec<PageForm>,
}

/// A form of a page with what it sends by itself.
#[derive(Clone, Debug)]
pub(crate) struct PageForm {
    pub(crate) action: String,
    pub(crate) fields: Form,
    pub(crate) buttons: Vec<Button>,
}

#[derive(Clone, Debug)]
pub(crate) struct Button {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A redirect away from this server, which was not followed.
#[derive(Clone, Debug)]
pub(crate) struct Redirect {
    pub(crate) headers: HeaderMap,
    /// Without query and fragment.
    pub(crate) uri: String,
    /// Those of the query, or else of the fragment.
    pub(crate) params: Form,
}

#[derive(Clone, Debug)]
pub(crate) enum Arrival {
    Page(Page),
    Redirect(Redirect),
}

impl Arrival {
    #[track_caller]
    pub(crate) fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Redirect(redirect) => panic!("sent away to {redirect:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn redirect(self) -> Redirect {
        match self {
            Self::Redirect(redirect) => redirect,
            Self::Page(page) => panic!("still here: {} {}", page.status, page.text),
        }
    }

    /// The code that the redirect carries.
    #[track_caller]
    pub(crate) fn code(self) -> String {
        self.redirect().param("code").to_owned()
    }
}

impl Redirect {
    pub(crate) fn to(headers: HeaderMap, location: &str) -> Self {
        let (uri, parameters) = location.split_once(['?', '#']).unwrap_or((location, ""));
        Self { headers, uri: uri.to_owned(), params: Form::decode(parameters) }
    }

    #[track_caller]
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.params))
    }
}

impl Page {
    pub(crate) fn read(status: u16, headers: HeaderMap, html: String) -> Self {
        let document = Html::parse_document(&html);
        let body =
            select("body").and_then(|body| document.select(&body).next()).unwrap_or(document.root_element());
        let mut text = String::new();
        read_text(body, &mut text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let forms = select("form")
            .map(|form| document.select(&form).map(PageForm::read).collect())
            .unwrap_or_default();
        Self { status, headers, html, text, forms }
    }

    /// The page has this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// A person can read this.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> &Self {
        assert!(self.text.contains(text), "{text:?} is not in {:?}", self.text);
        self
    }

    pub(crate) fn has_button(&self, id: &str) -> bool {
        self.forms.iter().flat_map(|form| &form.buttons).any(|button| button.id == id)
    }

    /// The form and the button with this id.
    #[track_caller]
    pub(crate) fn button(&self, id: &str) -> (&PageForm, &Button) {
        let in_form = |form: &'_ PageForm| form.buttons.iter().position(|button| button.id == id);
        let found = self.forms.iter().find_map(|form| in_form(form).map(|at| (form, &form.buttons[at])));
        found.unwrap_or_else(|| panic!("no button {id} on {} {}", self.status, self.text))
    }
}

impl PageForm {
    fn read(form: ElementRef<'_>) -> Self {
        let attribute = |element: ElementRef<'_>, name| element.attr(name).unwrap_or_default().to_owned();
        let mut read =
            Self { action: attribute(form, "action"), fields: Form::default(), buttons: Vec::new() };
        for element in select("input, textarea, select, button").iter().flat_map(|fields| form.select(fields))
        {
            let (name, value) = (attribute(element, "name"), attribute(element, "value"));
            let is_box = matches!(element.attr("type"), Some("checkbox" | "radio"));
            match element.value().name() {
                "button" => read.buttons.push(Button { id: attribute(element, "id"), name, value }),
                "select" => {
                    let chosen = select("option[selected]").and_then(|chosen| element.select(&chosen).next());
                    let first = || select("option").and_then(|first| element.select(&first).next());
                    let value = chosen.or_else(first).map(|option| attribute(option, "value"));
                    read.fields = read.fields.also(&name, &value.unwrap_or_default());
                }
                "textarea" => {
                    read.fields = read.fields.also(&name, &element.text().collect::<String>());
                }
                _ if is_box && element.attr("checked").is_none() => {}
                _ => read.fields = read.fields.also(&name, &value),
            }
        }
        read
    }
}

/// Adds what a person reads. Only these elements stand within a word or between quotes.
fn read_text(element: ElementRef<'_>, text: &mut String) {
    for child in element.children() {
        if let Some(own) = child.value().as_text() {
            text.push_str(own);
        } else if let Some(child) = ElementRef::wrap(child) {
            let space = if matches!(child.value().name(), "bdi" | "strong") { "" } else { " " };
            text.push_str(space);
            read_text(child, text);
            text.push_str(space);
        }
    }
}

fn select(selector: &str) -> Option<Selector> {
    Selector::parse(selector).ok()
}
