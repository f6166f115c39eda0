//! What each problem is called, what happened, and what to do about it.

use domain::client::management::{COMMAND_LINE, WEBADMIN};

use super::{Problem, Texts};
use crate::words::said;

impl Problem {
    #[expect(clippy::too_many_lines, reason = "a table: one row for each problem")]
    pub(super) fn texts(&self) -> Texts {
        match self {
            Self::UnknownClient { .. } => Texts {
                title: said("This app is not known here"),
                happened: said("The app that sent you here uses an id that this server does not know."),
                remedy: said(
                    "Go back to the app and connect again. If that does not help, remove this connection in the app and \
                         add it anew: most apps then register by themselves.",
                ),
                developer: Some(
                    "There is no such client_id. Register at the registration_endpoint (RFC 7591 §3) and use the client_id \
                     of the answer.",
                ),
            },
            Self::DeletedClient { .. } => Texts {
                title: said("This app must register again"),
                happened: said(
                    "The app was registered here once, but its registration was deleted or has expired.",
                ),
                remedy: said(
                    "In the app, remove this connection and add it anew: most apps then register by themselves. Your \
                         account is not affected.",
                ),
                developer: Some(
                    "Forget this client_id with its client_secret and registration_access_token, and register again at the \
                     registration_endpoint (RFC 7591 §3). The token_endpoint answers this client_id with invalid_client.",
                ),
            },
            Self::BlockedClient { .. } => Texts {
                title: said("This app is blocked"),
                happened: said("An administrator of this server has blocked the app that sent you here."),
                remedy: said("Close this page. If you need the app, ask the administrator about it."),
                developer: None,
            },
            Self::WaitsForApproval { .. } => Texts {
                title: said("This app waits for an administrator"),
                happened: said(
                    "Somebody who runs this server has to look at the app before it may ask for anything. That has not happened yet.",
                ),
                remedy: said("Start again from the app later, or ask the administrator about it."),
                developer: Some(
                    "Keep the client_id that was issued (RFC 7591 §3.2.1). The token_endpoint answers unauthorized_client until an administrator approves it.",
                ),
            },
            Self::OtherTenant { .. } => Texts {
                title: said("This app is not for your account"),
                happened: said(
                    "The app that sent you here serves only the accounts of one organization, and yours is not one of them.",
                ),
                remedy: said(
                    "If you have an account of that organization, sign out here, go back to the app and sign in with that one.",
                ),
                developer: None,
            },
            Self::RegistrationRequired { client_id } if client_id.as_str() == COMMAND_LINE => Texts {
                title: said("The command line has to be registered first"),
                happened: said(
                    "This server gives access only to apps that are registered, and the command line is not.",
                ),
                remedy: said(
                    "Let somebody with an API key run: wayleave create OAuthClient --field clientId=wayleave-cli --field \
                         redirectUris=http://127.0.0.1/callback. Then sign in from the command line again. If your account may use \
                         any app, sign in here first instead.",
                ),
                developer: None,
            },
            Self::RegistrationRequired { client_id } if client_id.as_str() == WEBADMIN => Texts {
                title: said("The console has to be registered first"),
                happened: said(
                    "This server gives access only to apps that are registered, and its own console and self-service pages, \
                           which are an app like any other, are not.",
                ),
                remedy: said(
                    "Let somebody with an API key create an OAuthClient with the client id webadmin and the redirect URIs \
                         /admin/oauth/callback and /account/oauth/callback of this server; the manual shows the command. Then open \
                         this page again. If your account may use any app, sign in here first instead.",
                ),
                developer: None,
            },
            Self::RegistrationRequired { .. } => Texts {
                title: said("This app has to register first"),
                happened: said(
                    "This server gives access only to apps that are registered, and this one is not.",
                ),
                remedy: said(
                    "Go back to the app and see whether it can register by itself, or ask the administrator of this \
                         server to register it. If your account may use any app, sign in here first and start again from the app.",
                ),
                developer: Some(
                    "Register at the registration_endpoint (RFC 7591 §3) and use the client_id of the answer.",
                ),
            },
            Self::RedirectUriNotRegistered { .. } => Texts {
                title: said("This app wants its answer at an address it did not register"),
                happened: said(
                    "To keep your account safe, nothing was sent to that address, and you have not been sent there.",
                ),
                remedy: said(
                    "Go back to the app and connect again. If you came here by a link in a message, close this page.",
                ),
                developer: Some(
                    "redirect_uri must equal a registered one character for character; only the port of a loopback address \
                     may differ. Correct the request, or register this address too.",
                ),
            },
            Self::RedirectUriNotTolerated { .. } => Texts {
                title: said("This app wants its answer at an address that is not safe"),
                happened: said(
                    "To keep your account safe, nothing was sent to that address, and you have not been sent there.",
                ),
                remedy: said(
                    "Tell the people who make the app. If you came here by a link in a message, close this page.",
                ),
                developer: Some(
                    "A client that is not registered is answered at https, at http with the address 127.0.0.1 or [::1], or at a scheme \
                     of its own with a dot in it, and at no page of this server. Correct redirect_uri, or register the client.",
                ),
            },
            Self::DocumentNotUsable { .. } => Texts {
                title: said("This app could not be checked"),
                happened: said(
                    "The app is known by the address of a document about it. This server could not get that document, or did not find \
                         it in order. Nothing was granted.",
                ),
                remedy: said(
                    "Go back to the app and start again later. If it happens again, tell the people who make the app.",
                ),
                developer: None,
            },
            Self::BadRequest { .. } => Texts {
                title: said("This app sent a request that cannot be answered"),
                happened: said("Something in the request was missing or wrong, so nothing was granted."),
                remedy: said(
                    "Go back to the app and start again. If it happens again, tell the people who make the app.",
                ),
                developer: None,
            },
            Self::InteractionExpired => Texts {
                title: said("This page is no longer valid"),
                happened: said(
                    "It was open for too long, was finished already, or began in another browser.",
                ),
                remedy: said("Go back to the app and start again."),
                developer: None,
            },
            Self::ForeignForm => Texts {
                title: said("This form did not come from here"),
                happened: said(
                    "What was sent did not come from a page that this server showed to this browser. It was ignored.",
                ),
                remedy: said(
                    "Go back to the app and start again. Your browser must accept cookies from this server.",
                ),
                developer: None,
            },
            Self::SignedOutMeanwhile { .. } => Texts {
                title: said("You have been signed out"),
                happened: said("Your visit ended before the form arrived, so nothing was changed."),
                remedy: said("Open the page again, sign in, and send the form once more."),
                developer: None,
            },
            Self::ConsoleDenied => Texts {
                title: said("You did not allow it"),
                happened: said(
                    "These pages act for you like any other app, and you did not allow that. Nothing was changed.",
                ),
                remedy: said("Open the page again if you want to go on after all."),
                developer: None,
            },
            Self::ConsoleRefused { .. } => Texts {
                title: said("The console could not sign in"),
                happened: said("The console is an app like any other, and this server gave it no access."),
                remedy: said(
                    "Ask the administrator to look at the OAuthClient webadmin: it must be enabled, without a secret, and have \
                         the redirect URIs /admin/oauth/callback and /account/oauth/callback of this server.",
                ),
                developer: None,
            },
            Self::NotPermitted => Texts {
                title: said("Your account may not do this"),
                happened: said("The account you are signed in with lacks a permission."),
                remedy: said("Sign in with another account, or ask the administrator of this server."),
                developer: None,
            },
            Self::NotFound => Texts {
                title: said("There is nothing here"),
                happened: said("This address leads nowhere on this server."),
                remedy: said("Check the address, or go back to the app that sent you here."),
                developer: None,
            },
            Self::MethodNotAllowed => Texts {
                title: said("This address cannot be used that way"),
                happened: said("The page exists, but not for this kind of request."),
                remedy: said("Go back to the app and start again."),
                developer: Some("The Allow header of this response lists the methods."),
            },
            Self::TooLarge => Texts {
                title: said("That was too much at once"),
                happened: said("The request was larger than this server accepts."),
                remedy: said(
                    "Go back to the app and start again. If it happens again, tell the people who make the app.",
                ),
                developer: None,
            },
            Self::TooManyRequests { .. } => Texts {
                title: said("Please wait a moment"),
                happened: said("There were too many requests from here."),
                remedy: said("Try again in a moment."),
                developer: Some("The Retry-After header of this response says when."),
            },
            Self::Internal => Texts {
                title: said("Something went wrong on this server"),
                happened: said("It is not your fault, and nothing was granted."),
                remedy: said(
                    "Try again in a moment. If it happens again, give the administrator the reference below.",
                ),
                developer: None,
            },
            Self::Unavailable => Texts {
                title: said("This server is busy"),
                happened: said("It cannot answer right now. Nothing was granted."),
                remedy: said("Try again in a moment."),
                developer: Some("The Retry-After header of this response says when."),
            },
        }
    }
}
