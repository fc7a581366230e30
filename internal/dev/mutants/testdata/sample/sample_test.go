package sample

import "testing"

func TestFits(t *testing.T) {
	if !Fits(10) || Fits(11) {
		t.Error("the limit is not 10")
	}
}

func TestHalf(t *testing.T) {
	if _, err := Half(-1); err == nil {
		t.Error("a negative size has a half")
	}
	_, _ = Half(4)
}

func TestCountdown(t *testing.T) {
	if Countdown(3) != 3 {
		t.Error("three is not three steps")
	}
}
