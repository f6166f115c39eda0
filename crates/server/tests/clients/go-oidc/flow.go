package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const redirectURI = "com.example.go:/callback"

func flow(ctx context.Context, issuer string, done func(string)) error {
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return err
	}
	done("discovery")
	config, err := register(ctx, provider)
	if err != nil {
		return err
	}
	done("registration")

	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	answer, err := authorize(config.AuthCodeURL(
		state,
		oidc.Nonce(nonce),
		oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("prompt", "consent"),
	))
	if err != nil {
		return err
	}
	if answer.Get("state") != state || answer.Get("iss") != issuer {
		return fmt.Errorf("the answer is another's: %v", answer)
	}
	done("authorization")

	token, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return err
	}
	done("code exchange by a library that tries HTTP Basic first")
	raw, _ := token.Extra("id_token").(string)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, raw)
	if err != nil {
		return err
	}
	if idToken.Nonce != nonce {
		return errors.New("the nonce is another's")
	}
	if err := idToken.VerifyAccessToken(token.AccessToken); err != nil {
		return err
	}
	done("id token with at_hash")

	if err := isSubject(ctx, provider, oauth2.StaticTokenSource(token), idToken.Subject); err != nil {
		return err
	}
	done("userinfo")
	ended := &oauth2.Token{RefreshToken: token.RefreshToken, Expiry: time.Now().Add(-time.Minute)}
	source := config.TokenSource(ctx, ended)
	if err := isSubject(ctx, provider, source, idToken.Subject); err != nil {
		return err
	}
	done("refresh by the library when the token has ended")

	_, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: "dead"}).Token()
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant" {
		return fmt.Errorf("a dead refresh token: %v", err)
	}
	done("dead refresh token is invalid_grant")
	return nil
}

// register is plain HTTP: the library has no words for it.
func register(ctx context.Context, provider *oidc.Provider) (*oauth2.Config, error) {
	var metadata struct {
		RegistrationEndpoint string `json:"registration_endpoint"`
	}
	if err := provider.Claims(&metadata); err != nil {
		return nil, err
	}
	body, _ := json.Marshal(map[string]any{
		"client_name":                "go-oidc test",
		"application_type":           "native",
		"redirect_uris":              []string{redirectURI},
		"token_endpoint_auth_method": "client_secret_post",
	})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, metadata.RegistrationEndpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if token := os.Getenv("REGISTRATION_TOKEN"); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := oauth2.NewClient(ctx, nil).Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		return nil, fmt.Errorf("registration answered %s", response.Status)
	}
	var registered struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if err := json.NewDecoder(response.Body).Decode(&registered); err != nil {
		return nil, err
	}
	return &oauth2.Config{
		ClientID:     registered.ID,
		ClientSecret: registered.Secret,
		Endpoint:     provider.Endpoint(),
		RedirectURL:  redirectURI,
		Scopes:       []string{oidc.ScopeOpenID, "profile", "email", oidc.ScopeOfflineAccess},
	}, nil
}

// authorize sends a person through the pages and answers what the redirect carries. The program runs where the clients are.
func authorize(address string) (url.Values, error) {
	node := os.Getenv("NODE")
	if node == "" {
		node = "node"
	}
	browser := exec.Command(node, "browser/authorize.mjs", address, redirectURI)
	browser.Stderr = os.Stderr
	said, err := browser.Output()
	if err != nil {
		return nil, fmt.Errorf("the browser: %w", err)
	}
	redirect, err := url.Parse(strings.TrimSpace(string(said)))
	if err != nil {
		return nil, err
	}
	return redirect.Query(), nil
}

func isSubject(ctx context.Context, provider *oidc.Provider, source oauth2.TokenSource, subject string) error {
	userinfo, err := provider.UserInfo(ctx, source)
	if err != nil {
		return err
	}
	if userinfo.Subject != subject {
		return fmt.Errorf("userinfo is about %q, the ID token about %q", userinfo.Subject, subject)
	}
	return nil
}
