//! `wayleave login`, driven through the pages.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    process::{Child, Stdio},
    thread,
};

use crate::{
    driver::{Answer, Place, Server},
    person::{Person, arrive},
};

const PASSWORD: &str = "correct horse battery";

/// A login on its way: the command waits for its answer, and ends with its test.
struct Waiting {
    child: Option<Child>,
    url: String,
    stderr: BufReader<std::process::ChildStderr>,
}

fn begin(place: &Place, server: &Server) -> Waiting {
    let mut child = place
        .command(&["login", "--no-browser", "--url", &server.url()])
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut url = String::new();
    stderr.read_line(&mut String::new()).unwrap();
    stderr.read_line(&mut url).unwrap();
    Waiting { child: Some(child), url: url.trim().to_owned(), stderr }
}

impl Waiting {
    fn end(mut self) -> Answer {
        let mut stderr = String::new();
        self.stderr.read_to_string(&mut stderr).unwrap();
        let output = self.child.take().unwrap().wait_with_output().unwrap();
        Answer {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: stderr.trim().to_owned(),
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Both fail only when it has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Signs in as the administrator and answers the page that asks.
fn signed_in<'s>(server: &'s Server, url: &str) -> Person<'s> {
    let mut person = Person::at(server);
    assert_eq!(person.open(url), None, "nothing is given unseen");
    assert_eq!(person.press("login-submit", &[("username", "admin"), ("password", PASSWORD)]), None);
    person
}

/// A place with a server whose administrator's password is known.
fn served() -> (Place, Server) {
    let place = Place::new();
    let server = place.serve();
    let args = ["local", "account", "set-password", "admin", "--password-stdin"];
    assert_eq!(place.run_with_input(&args, PASSWORD).status, 0);
    (place, server)
}

fn log_in(place: &Place, server: &Server) {
    let waiting = begin(place, server);
    let answer = signed_in(server, &waiting.url).press("consent-allow", &[]).unwrap();
    assert!(arrive(&answer).contains("You can close this page"));
    let said = waiting.end();
    assert_eq!(
        (said.status, said.stdout),
        (0, format!("signed in to {}\n", server.url())),
        "{}",
        said.stderr
    );
}

#[test]
fn after_a_login_the_commands_need_no_key_and_no_url() {
    let (place, server) = served();
    log_in(&place, &server);
    let settings = place.ask(&["get", "OidcProvider"]);
    assert!(settings.contains("requireClientRegistration"), "{settings}");
}

#[test]
fn the_page_says_in_plain_words_what_is_being_asked() {
    let (place, server) = served();
    let waiting = begin(&place, &server);
    let text = signed_in(&server, &waiting.url).reads();
    assert!(text.contains("Manage this server as you") && text.contains("127.0.0.1"), "{text}");
}

#[test]
fn a_person_who_denies_it_ends_the_command() {
    let (place, server) = served();
    let waiting = begin(&place, &server);
    let answer = signed_in(&server, &waiting.url).press("consent-deny", &[]).unwrap();
    arrive(&answer);
    let said = waiting.end();
    assert_eq!((said.status, said.stderr.as_str()), (1, "login: it was not allowed"));
    assert!(place.refusal(&["get", "OidcProvider", "--url", &server.url()], 4).contains("wayleave login"));
}

#[test]
fn what_a_stranger_sends_to_the_port_does_not_end_the_login() {
    let (place, server) = served();
    let waiting = begin(&place, &server);
    let answer = signed_in(&server, &waiting.url).press("consent-allow", &[]).unwrap();
    let (redirect_uri, _) = answer.split_once('?').unwrap();
    for query in ["code=stolen&state=wrong", "error=access_denied", "code=x"] {
        assert!(arrive(&format!("{redirect_uri}?{query}")).starts_with("HTTP/1.1 404"), "{query}");
    }
    arrive(&answer);
    assert_eq!(waiting.end().status, 0);
}

#[test]
fn only_its_owner_may_read_the_login_and_a_login_that_others_may_read_is_not_used() {
    let (place, server) = served();
    log_in(&place, &server);
    let directory = place.path("config/wayleave/login");
    assert_eq!(fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
    let files: Vec<_> = fs::read_dir(&directory).unwrap().map(|file| file.unwrap().path()).collect();
    for file in &files {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    let login = files.iter().find(|file| file.extension().is_some_and(|end| end == "json")).unwrap();
    fs::set_permissions(login, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(place.refusal(&["get", "OidcProvider", "--url", &server.url()], 2).contains("chmod 600"));
}

#[test]
fn commands_at_the_same_moment_do_not_spend_one_refresh_token_twice() {
    let (place, server) = served();
    log_in(&place, &server);
    age(&place);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| place.ask(&["get", "OidcProvider"]));
        }
    });
    age(&place);
    place.ask(&["get", "OidcProvider"]);
}

#[test]
fn a_logout_is_told_to_the_server_and_forgets_the_login() {
    let (place, server) = served();
    log_in(&place, &server);
    let kept = login_file(&place);
    assert_eq!(place.ask(&["logout"]), "signed out");
    assert_eq!(
        place.refusal(&["logout", "--url", &server.url()], 1),
        format!("{}: you are not signed in there", server.url())
    );
    fs::write(&kept.0, &kept.1).unwrap();
    fs::set_permissions(&kept.0, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(place.refusal(&["get", "OidcProvider"], 4).contains("the login has ended; run wayleave login"));
}

#[test]
fn where_registration_is_required_the_page_says_how_to_register_the_command_line() {
    let (place, server) = served();
    let key = place.ask(&["local", "api-key", "create", "--account", "admin", "--inherit"]);
    place.ask(&[
        "update",
        "OidcProvider",
        "--field",
        "requireClientRegistration=true",
        "--url",
        &server.url(),
        "--api-key",
        &key,
    ]);
    let waiting = begin(&place, &server);
    let mut person = Person::at(&server);
    person.open(&waiting.url);
    assert!(
        person.reads().contains("wayleave create OAuthClient --field clientId=wayleave-cli"),
        "{}",
        person.reads()
    );
}

#[test]
fn a_server_that_calls_itself_otherwise_is_not_signed_in_to() {
    let (place, server) = served();
    let other = server.url().replace("localhost", "127.0.0.1");
    let line = place.refusal(&["login", "--no-browser", "--url", &other], 2);
    assert!(line.contains(&server.url()), "{line}");
}

/// The login's file and what is in it.
fn login_file(place: &Place) -> (std::path::PathBuf, String) {
    let directory = place.path("config/wayleave/login");
    let mut files = fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    let file = files.find(|file| file.extension().is_some_and(|end| end == "json")).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    (file, text)
}

/// Lets the access token of the login be past its end.
fn age(place: &Place) {
    let (file, text) = login_file(place);
    let mut login: serde_json::Value = serde_json::from_str(&text).unwrap();
    *login.get_mut("expires_at").unwrap() = 1.into();
    fs::write(file, login.to_string()).unwrap();
}
