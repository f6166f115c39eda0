//! The filters of the templates. Whoever writes a page brings them into the scope of its struct: `use crate::words::filters`.
//!
//! `t1`, `t2`, `n` and `n1` escape what is put into their sentence. To set such a part off from it, pass it on as markup:
//! `{{ "Signed in as {0}"|t1(account|bdi) }}`.

#![expect(non_camel_case_types, reason = "askama looks for a type named as the filter is")]
#![expect(clippy::unnecessary_wraps, reason = "askama calls filters so")]
#![expect(unused_qualifications, clippy::inline_always, reason = "what askama's attribute writes")]

use std::{any::Any, fmt::Display, time::Duration};

use askama::{
    Result, Values,
    filters::{Safe, ValidArgIdx, ValidFilterInvocation},
};
use domain::time::Timestamp;

use super::{Grouped, Locale, Markup, Part, Words, counted, in_locale, time};

/// The name under which the language of a page travels through its rendering.
const LOCALE: &str = "locale";

/// What a page is rendered with: its language.
#[derive(Clone, Copy, Debug)]
pub struct Speaking(pub Locale);

impl Values for Speaking {
    fn get_value<'a>(&'a self, key: &str) -> Option<&'a dyn Any> {
        (key == LOCALE).then_some(&self.0 as &dyn Any)
    }
}

/// The language of the page that is being rendered; English where nobody said otherwise.
pub fn locale(values: &dyn Values) -> Locale {
    askama::get_value::<Locale>(values, LOCALE).copied().unwrap_or_default()
}

fn say(words: &impl Words, values: &dyn Values) -> &'static str {
    in_locale(words.english(), locale(values))
}

/// `{{ "Sign in"|t }}`: a text in the language of the page.
#[askama::filter_fn]
pub fn t<S: Words>(words: S, values: &dyn Values) -> Result<&'static str> {
    Ok(say(&words, values))
}

/// `<html lang="{{ "en"|lang }}">`: the language of the page, as a tag.
#[askama::filter_fn]
pub fn lang(_otherwise: &'static str, values: &dyn Values) -> Result<&'static str> {
    Ok(locale(values).tag())
}

/// `{{ count|number }}`: with its thousands set apart.
#[askama::filter_fn]
pub fn number<C: Count>(count: C, values: &dyn Values) -> Result<Grouped> {
    Ok(Grouped(count.get(), locale(values)))
}

/// `{{ lifetime|span }}`: in the largest unit that says it exactly, `90 minutes`.
#[askama::filter_fn]
pub fn span(span: &Duration, values: &dyn Values) -> Result<String> {
    Ok(time::span(*span, locale(values)))
}

/// `{{ created_at|day }}`: `2 March 2026` (UTC).
#[askama::filter_fn]
pub fn day(moment: &Timestamp, values: &dyn Values) -> Result<String> {
    Ok(time::day(*moment, locale(values)))
}

/// `{{ created_at|moment }}`: `2 March 2026, 14:05 UTC`.
#[askama::filter_fn]
pub fn moment(moment: &Timestamp, values: &dyn Values) -> Result<String> {
    Ok(time::moment(*moment, locale(values)))
}

/// A stranger's word in a sentence, which keeps its own direction of writing to itself.
#[askama::filter_fn]
pub fn bdi<T: Display>(text: T, _: &dyn Values) -> Result<Markup> {
    Ok(Markup::between("<bdi>", text, "</bdi>"))
}

/// The same, to be seen at a glance; breaks where it is long.
#[askama::filter_fn]
pub fn strong<T: Display>(text: T, _: &dyn Values) -> Result<Markup> {
    Ok(Markup::between("<bdi class=\"wrap\"><strong>", text, "</strong></bdi>"))
}

/// The same, set as what machines read.
#[askama::filter_fn]
pub fn code<T: Display>(text: T, _: &dyn Values) -> Result<Markup> {
    Ok(Markup::between("<bdi class=\"code\">", text, "</bdi>"))
}

/// `{{ app|called|html }}`: markup that stands alone.
#[askama::filter_fn]
pub fn html(markup: Markup, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(markup.into_html()))
}

/// A number of things.
pub trait Count {
    fn get(&self) -> u64;
}

macro_rules! counts {
    ($($number:ty),*) => {$(
        impl Count for $number {
            fn get(&self) -> u64 {
                u64::try_from(*self).unwrap_or_default()
            }
        }
    )*};
}

counts!(u64, u32, usize, i64);

impl<C: Count> Count for &C {
    fn get(&self) -> u64 {
        C::get(self)
    }
}

// What follows is what `filter_fn` makes of functions with arguments, but for its `unsafe`: askama calls `default`, then `with_0`,
// `with_1` …, then `execute`.

/// An argument that was given.
#[derive(Debug)]
pub struct Given<A>(A);

/// `{{ "The app at {0}"|t1(host) }}`: a sentence with something in it.
#[derive(Debug, Default)]
pub struct t1<A = ()>(A);

impl t1 {
    pub fn with_0<A: Part>(self, part: A) -> t1<Given<A>> {
        t1(Given(part))
    }
}

impl<A: Part> t1<Given<A>> {
    pub fn execute<S: Words>(self, words: S, values: &dyn Values) -> Result<Safe<String>> {
        sentence(say(&words, values), &[&self.0.0])
    }
}

impl<A> ValidFilterInvocation for t1<Given<A>> {}
impl ValidArgIdx<0> for t1 {}

/// A sentence with two things in it.
#[derive(Debug, Default)]
pub struct t2<A = (), B = ()>(A, B);

impl t2 {
    pub fn with_0<A: Part>(self, part: A) -> t2<Given<A>> {
        t2(Given(part), ())
    }
}

impl<A> t2<Given<A>> {
    pub fn with_1<B: Part>(self, part: B) -> t2<Given<A>, Given<B>> {
        t2(self.0, Given(part))
    }
}

impl<A: Part, B: Part> t2<Given<A>, Given<B>> {
    pub fn execute<S: Words>(self, words: S, values: &dyn Values) -> Result<Safe<String>> {
        sentence(say(&words, values), &[&self.0.0, &self.1.0])
    }
}

impl<A, B> ValidFilterInvocation for t2<Given<A>, Given<B>> {}
impl ValidArgIdx<0> for t2 {}
impl ValidArgIdx<1> for t2 {}

/// `{{ "{0} client|{0} clients"|n(count) }}`: one or many. `{0}` is the number.
#[derive(Debug, Default)]
pub struct n<C = ()>(C);

impl n {
    pub fn with_0<C: Count>(self, count: C) -> n<Given<C>> {
        n(Given(count))
    }
}

impl<C: Count> n<Given<C>> {
    pub fn execute<S: Words>(self, words: S, values: &dyn Values) -> Result<Safe<String>> {
        let count = Grouped(self.0.0.get(), locale(values));
        sentence(counted(say(&words, values), count.0), &[&count])
    }
}

impl<C> ValidFilterInvocation for n<Given<C>> {}
impl ValidArgIdx<0> for n {}

/// `{{ "{0} client of {1}|{0} clients of {1}"|n1(count, name) }}`: one or many, and something else as `{1}`.
#[derive(Debug, Default)]
pub struct n1<C = (), A = ()>(C, A);

impl n1 {
    pub fn with_0<C: Count>(self, count: C) -> n1<Given<C>> {
        n1(Given(count), ())
    }
}

impl<C> n1<Given<C>> {
    pub fn with_1<A: Part>(self, part: A) -> n1<Given<C>, Given<A>> {
        n1(self.0, Given(part))
    }
}

impl<C: Count, A: Part> n1<Given<C>, Given<A>> {
    pub fn execute<S: Words>(self, words: S, values: &dyn Values) -> Result<Safe<String>> {
        let count = Grouped(self.0.0.get(), locale(values));
        sentence(counted(say(&words, values), count.0), &[&count, &self.1.0])
    }
}

impl<C, A> ValidFilterInvocation for n1<Given<C>, Given<A>> {}
impl ValidArgIdx<0> for n1 {}
impl ValidArgIdx<1> for n1 {}

/// `{{ created_at|ago(now) }}`: `12 days ago`.
#[derive(Debug, Default)]
pub struct ago<N = ()>(N);

impl ago {
    pub fn with_0(self, now: &Timestamp) -> ago<Given<Timestamp>> {
        ago(Given(*now))
    }
}

impl ago<Given<Timestamp>> {
    pub fn execute(self, then: &Timestamp, values: &dyn Values) -> Result<String> {
        Ok(time::ago(*then, self.0.0, locale(values)))
    }
}

impl ValidFilterInvocation for ago<Given<Timestamp>> {}
impl ValidArgIdx<0> for ago {}

/// The only way from a sentence of ours to HTML that is not escaped once more: all that was put into it has been.
fn sentence(pattern: &str, parts: &[&dyn Part]) -> Result<Safe<String>> {
    Ok(Safe(Markup::sentence(pattern, parts).into_html()))
}
