package main

import "testing"

func TestSystem(t *testing.T) {
	if system() != "hermit" {
		t.Fatal(system())
	}
}
