//! Masking.

use base64::Engine as _;
use runner_stand_in::Dialect;
use runner_stand_in::mask::Masker;

fn masker(secrets: &[&str]) -> Masker {
    let mut masker = Masker::new(Dialect::Runner);
    for secret in secrets {
        masker.add(secret);
    }
    masker
}

#[test]
fn m1_a_secret_is_replaced_inside_a_line() {
    assert_eq!(masker(&["Password123!"]).mask("123Password123!123"), "123***123");
}

#[test]
fn m2_another_case_is_not_masked() {
    assert_eq!(masker(&["Password123!"]).mask("password123!"), "password123!");
}

#[test]
fn m3_escaped_forms_are_masked() {
    let cases = [
        ("Pass\"word\"123!", "Pass\\\"word\\\"123!"),
        ("Pass word 123!", "Pass%20word%20123%21"),
        ("Pass<word>123!", "Pass&lt;word&gt;123!"),
        ("Pass'word'123!", "Pass''word''123!"),
        ("Pass\tword", "Pass\\tword"),
    ];
    for (secret, form) in cases {
        assert_eq!(masker(&[secret]).mask(&format!("123{form}123")), "123***123", "{secret}");
    }
    let masker = masker(&["secret&secret&+secretsecret"]);
    let line = "secret&secret&+\u{1b}[96ms\u{1b}[0mecretsecret";
    assert_eq!(masker.mask(line), "***\u{1b}[96ms\u{1b}[0m***");
}

#[test]
fn m4_base64_is_masked_at_every_offset() {
    let masker = masker(&["Password123!"]);
    let cases = [
        ("", "OlBh***"),
        ("a", "YTpQ***"),
        ("ab", "YWI6***"),
        ("abc", "YWJjOlBh***"),
        ("abcd", "YWJjZDpQ***"),
        ("abcde", "YWJjZGU6***"),
    ];
    for (user, masked) in cases {
        let header =
            base64::engine::general_purpose::STANDARD.encode(format!("{user}:Password123!"));
        assert_eq!(masker.mask(&header), masked);
    }
}

#[test]
fn m5_quotes_around_long_secrets_do_not_count() {
    let masker = masker(&["\"Password123!!\"", "\"short\""]);
    assert_eq!(masker.mask("123Password123!!123"), "123***123");
    assert_eq!(masker.mask("123short123"), "123short123");
    assert_eq!(masker.mask("123\"short\"123"), "123***123");
}
