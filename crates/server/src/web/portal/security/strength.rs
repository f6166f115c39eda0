//! `/account/security/strength`: how hard a password is to guess, for the form that changes it. Of what is asked nothing is kept.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use domain::{error::Refusal, secret::Secret};
use http::StatusCode;
use serde_json::json;
use zxcvbn::{
    Score,
    feedback::{Suggestion, Warning},
};

use crate::{
    app::App,
    web::{page::Problem, respond::PageError, webadmin::Visitor},
    wire::answer,
    words::{self, Said, said},
};

pub(super) const FORM: &str = "strength";

/// What comes after so many characters makes a password better, but takes longer to look at than anybody waits.
const MOST_CHARS: usize = 72;

/// Passwords that are guessed sooner are refused.
const ENOUGH: u8 = 2;

/// What was found out about a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Strength {
    /// From 0, which is guessed at once, to 4.
    pub score: u8,
    pub label: Said,
    /// What is wrong with it, and what would be better.
    pub sentences: Vec<Said>,
}

/// Answers `score` (0 to 4), `label` and `sentences`, in the language of the page.
pub async fn ask(State(app): State<Arc<App>>, visitor: Visitor, body: Body) -> Result<Response, PageError> {
    let sent = visitor.sent(&app, FORM, body).await?;
    let password = Secret::new(sent.one("new_password").map_err(Refusal::from)?.unwrap_or_default());
    let strength = measured(&visitor, &password).await?;
    let locale = words::current();
    let sentences: Vec<_> = strength.sentences.iter().map(|sentence| sentence.in_locale(locale)).collect();
    let label = strength.label.in_locale(locale);
    Ok(answer::json(
        StatusCode::OK,
        &json!({ "score": strength.score, "label": label, "sentences": sentences }),
    ))
}

/// How good `password` would be for the visitor, whose own name makes it no better.
pub(super) async fn measured(visitor: &Visitor, password: &Secret) -> Result<Strength, PageError> {
    let account = visitor.account();
    let known = [Some(&account.name), account.description.as_ref(), account.email.as_ref()];
    let known: Vec<String> = known.into_iter().flatten().cloned().chain(["wayleave".to_owned()]).collect();
    let start = Secret::new(password.expose().chars().take(MOST_CHARS).collect::<String>());
    let measured = tokio::task::spawn_blocking(move || measure(start.expose(), &known)).await;
    measured.map_err(|_| Problem::Internal.into())
}

fn measure(password: &str, known: &[String]) -> Strength {
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    let entropy = zxcvbn::zxcvbn(password, &known);
    let warning = entropy.feedback().and_then(zxcvbn::feedback::Feedback::warning).map(warning);
    let suggestions = entropy.feedback().map(zxcvbn::feedback::Feedback::suggestions).unwrap_or_default();
    let (score, label) = scored(entropy.score());
    Strength {
        score,
        label,
        sentences: warning.into_iter().chain(suggestions.iter().copied().map(suggestion)).collect(),
    }
}

impl Strength {
    pub fn is_enough(&self) -> bool {
        self.score >= ENOUGH
    }
}

const fn scored(score: Score) -> (u8, Said) {
    match score {
        Score::Zero => (0, said("Guessed at once")),
        Score::One => (1, said("Easy to guess")),
        Score::Two => (2, said("Good enough")),
        Score::Three => (3, said("Good")),
        // What newer measures may call better is at least this.
        Score::Four | _ => (4, said("Very good")),
    }
}

const fn warning(warning: Warning) -> Said {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess => said("Keys in a row are easy to guess."),
        Warning::ShortKeyboardPatternsAreEasyToGuess => {
            said("Short patterns on the keyboard are easy to guess.")
        }
        Warning::RepeatsLikeAaaAreEasyToGuess => said("The same character again and again is easy to guess."),
        Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            said("The same thing several times is hardly harder to guess than once.")
        }
        Warning::ThisIsATop10Password => said("This is one of the ten passwords that are used most."),
        Warning::ThisIsATop100Password => said("This is one of the hundred passwords that are used most."),
        Warning::ThisIsACommonPassword => said("Many people have this password."),
        Warning::ThisIsSimilarToACommonlyUsedPassword => said("Many people have a password like this."),
        Warning::SequencesLikeAbcAreEasyToGuess => said("Sequences such as abc or 6543 are easy to guess."),
        Warning::RecentYearsAreEasyToGuess => said("Years of our time are easy to guess."),
        Warning::AWordByItselfIsEasyToGuess => said("A single word is easy to guess."),
        Warning::DatesAreOftenEasyToGuess => said("Dates are often easy to guess."),
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess => said("A single name is easy to guess."),
        Warning::CommonNamesAndSurnamesAreEasyToGuess => {
            said("Names that many people have are easy to guess.")
        }
    }
}

const fn suggestion(suggestion: Suggestion) -> Said {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases => said("Take a few words that do not belong together."),
        Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => {
            said("It needs no special characters, digits or capitals.")
        }
        Suggestion::AddAnotherWordOrTwo => said("Add a word or two, rare ones best."),
        Suggestion::CapitalizationDoesntHelpVeryMuch => said("Capitals help little."),
        Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => {
            said("All in capitals is hardly harder to guess than all in small letters.")
        }
        Suggestion::ReversedWordsArentMuchHarderToGuess => {
            said("Words spelled backwards are hardly harder to guess.")
        }
        Suggestion::PredictableSubstitutionsDontHelpVeryMuch => {
            said("An @ in the place of an a helps little.")
        }
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => {
            said("Take a longer pattern on the keyboard, with more turns.")
        }
        Suggestion::AvoidRepeatedWordsAndCharacters => said("Repeat neither words nor characters."),
        Suggestion::AvoidSequences => said("Leave sequences out."),
        Suggestion::AvoidRecentYears => said("Leave years of our time out."),
        Suggestion::AvoidYearsThatAreAssociatedWithYou => said("Leave out years that have to do with you."),
        Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => {
            said("Leave out dates and years that have to do with you.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(password: &str) -> u8 {
        measure(password, &["alice".to_owned()]).score
    }

    #[test]
    fn what_everybody_has_and_the_own_name_are_not_enough() {
        for weak in ["", "password", "12345678", "qwertyuiop", "alicealice", "aaaaaaaaaaaa"] {
            assert!(!measure(weak, &["alice".to_owned()]).is_enough(), "{weak}");
        }
        assert!(score("merry plinth gossamer tuba") > 2);
    }

    #[test]
    fn a_weak_password_is_told_what_would_be_better() {
        let found = measure("password", &[]);
        assert!(found.sentences.len() > 1, "{found:?}");
        assert!(measure("merry plinth gossamer tuba", &[]).sentences.is_empty());
    }
}
