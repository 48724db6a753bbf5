// What an app does with golang.org/x/oauth2. Prints the authorization URL, reads the address that the person came back to.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	ctx := context.Background()
	issuer, id, secret := os.Getenv("ISSUER"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET")
	app := &oauth2.Config{
		ClientID:     id,
		ClientSecret: secret,
		RedirectURL:  os.Getenv("REDIRECT_URI"),
		Scopes:       strings.Fields(os.Getenv("SCOPE")),
		Endpoint:     oauth2.Endpoint{AuthURL: issuer + "/oauth/authorize", TokenURL: issuer + "/oauth/token"},
	}
	// PKCE by hand: versions before 0.13 have none.
	random := make([]byte, 48)
	_, err := rand.Read(random)
	check(err)
	verifier := base64.RawURLEncoding.EncodeToString(random)
	sum := sha256.Sum256([]byte(verifier))
	fmt.Println(app.AuthCodeURL("state",
		oauth2.SetAuthURLParam("code_challenge", base64.RawURLEncoding.EncodeToString(sum[:])),
		oauth2.SetAuthURLParam("code_challenge_method", "S256")))
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	check(err)
	back, err := url.Parse(strings.TrimSpace(line))
	check(err)
	tokens, err := app.Exchange(ctx, back.Query().Get("code"), oauth2.SetAuthURLParam("code_verifier", verifier))
	check(err)
	answer, err := app.Client(ctx, tokens).Get(issuer + "/oauth/userinfo")
	check(err)
	defer answer.Body.Close()
	var person struct{ Sub string }
	check(json.NewDecoder(answer.Body).Decode(&person))
	refreshed, err := app.TokenSource(ctx, &oauth2.Token{RefreshToken: tokens.RefreshToken}).Token()
	check(err)
	form := url.Values{"client_id": {id}, "client_secret": {secret}, "token": {refreshed.RefreshToken}}
	revoked, err := http.PostForm(issuer+"/oauth/revoke", form)
	check(err)
	revoked.Body.Close()
	service := clientcredentials.Config{
		ClientID:     os.Getenv("SERVICE_ID"),
		ClientSecret: os.Getenv("SERVICE_SECRET"),
		TokenURL:     issuer + "/oauth/token",
		Scopes:       []string{"projects:read"},
	}
	own, err := service.Token(ctx)
	check(err)
	check(json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"scope": tokens.Extra("scope"), "sub": person.Sub, "refreshed": refreshed.Extra("scope"), "service": own.Extra("scope"),
	}))
}
