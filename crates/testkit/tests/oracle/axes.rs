//! Axes of the rule that no platform's rule in force uses, or not in every way.

use facts::{Form, Span};
use metric::{
    AtLimit, ClosedShop, Figure, HoursEnd, HoursTest, Judge, Outside, Rule, Sample, Settle,
    Unanswered,
};
use testkit::oracle::{Circumstances, Window};

use crate::stage::*;

#[test]
fn the_limit_itself_may_be_late() {
    let rule = Rule { at_limit: AtLimit::Late, ..generic_reply() };
    let text = "10:00:00 buyer; 10:03:00 agent @a";
    expect(&rule, text, &["d1 10:00:00 a miss 180000"]);
    expect_at(&rule, "10:02:59.999", text, &["d1 10:00:00 - pending 0"]);
    expect_at(&rule, "10:03:00", text, &["d1 10:00:00 - unanswered 0"]);
    let rule = Rule { at_limit: AtLimit::Late, ..douyin_conversation() };
    let text = "10:00:00 buyer #1; 10:03:00 agent @a #1";
    expect(&rule, text, &["d1 10:00:00 a miss 180000"]);
}

#[test]
fn forms_may_be_ignored() {
    let mut rule = taobao_3m();
    rule.forms_ignored = vec![Form::RedPacket, Form::Emoji];
    expect(
        &rule,
        "10:00:00 buyer =red-packet; 10:01:00 buyer; 10:01:30 agent @a =emoji;
         10:01:40 bot; 10:02:00 agent @b =image",
        &["d1 10:01:00 b hit 60000"],
    );
    // Of an ignored form the bot removes nothing.
    let text = "10:00:00 buyer; 10:00:01 bot =emoji; 10:01:00 agent @a";
    expect(&rule, text, &["d1 10:00:00 a hit 60000"]);
}

#[test]
fn a_perfunctory_reply_is_looked_past() {
    let mut rule = taobao_3m();
    rule.invalid_replies = vec!["在的".to_owned()];
    let text = "10:00:00 buyer; 10:00:10 agent @a ~; 10:00:20 bot; 10:01:00 agent @b";
    expect(&rule, text, &["d1 10:00:00 b hit 60000"]);
    // Where no text is judged, it is a reply.
    expect(&taobao_3m(), text, &["d1 10:00:00 a hit 10000"]);
    let text = "10:00:00 buyer; 10:00:10 agent @a ~";
    expect(&rule, text, &["d1 10:00:00 - unanswered 0"]);
}

#[test]
fn a_deadline_settles_whatever_follows() {
    let rule = Rule { settle: Settle::Deadline, ..generic_reply() };
    expect(
        &rule,
        "10:00:00 buyer; 10:02:00 buyer; 10:03:00.001 buyer; 10:04:00 agent @a;
         23:59:00 buyer; d2 00:01:00 agent @b",
        &["d1 10:00:00 - unanswered 0", "d1 10:03:00 a hit 59999", "d1 23:59:00 b hit 120000"],
    );
    // The limit runs from the next message when the first is taken back.
    expect(
        &rule,
        "10:00:00 buyer !1; 10:02:00 buyer; 10:02:30 recalled !1; 10:04:30 agent @a",
        &["d1 10:02:00 a hit 150000"],
    );
    let text = "10:00:00 buyer !1; 10:03:00.001 recalled !1; 10:04:30 agent @a";
    expect(&rule, text, &["d1 10:00:00 - unanswered 0"]);
    expect_at(&rule, "10:03:00", "10:00:00 buyer", &["d1 10:00:00 - pending 0"]);
}

#[test]
fn a_sample_may_stay_open_for_ever() {
    let rule = Rule { settle: Settle::Never, ..generic_reply() };
    let text = "10:00:00 buyer; d2 09:00:00 buyer; d3 10:00:00 agent @a";
    expect(&rule, text, &["d1 10:00:00 a miss 172800000"]);
    expect_at(&rule, "d2 00:00:00", text, &["d1 10:00:00 - unanswered 0"]);
    let rule = Rule { within: None, ..rule };
    expect(&rule, text, &["d1 10:00:00 a hit 172800000"]);
    expect_at(&rule, "d3 10:00:00", text, &["d1 10:00:00 - pending 0"]);
}

#[test]
fn the_end_of_the_hours_may_be_inside() {
    let mut rule = taobao_3m();
    let text = "23:00:00 buyer; 23:01:00 agent @a; 23:30:00 buyer";
    expect(&rule, text, &[]);
    rule.hours.as_mut().expect("hours").end = HoursEnd::Closed;
    expect(&rule, text, &["d1 23:00:00 a hit 60000"]);
    expect(&rule, "23:00:00.001 buyer; 23:01:00 agent @a", &[]);
    // Several intervals a day.
    rule.hours.as_mut().expect("hours").intervals =
        vec![(8 * 3_600_000, 12 * 3_600_000), (13 * 3_600_000, 18 * 3_600_000)];
    expect(
        &rule,
        "12:00:00 buyer; 12:00:01 agent @a; 12:30:00 buyer; 13:00:00 buyer; 13:00:01 agent @a",
        &["d1 12:00:00 a hit 1000", "d1 13:00:00 a hit 1000"],
    );
}

/// The disputed vector of a question at night that is answered in the hours.
#[test]
fn a_question_outside_may_count_when_it_is_answered_inside() {
    let mut rule = taobao_3m();
    rule.hours.as_mut().expect("hours").outside = Outside::CountsWhenAnsweredInside;
    let text = "07:50:00 buyer; 08:00:00 agent @a; 23:00:00 buyer; 23:01:00 agent @a";
    expect(&rule, text, &["d1 07:50:00 a miss 600000"]);
    expect(
        &rule,
        "07:50:00 buyer; 07:50:05 bot; 07:55:00 buyer; 08:01:00 assist @a",
        &["d1 07:55:00 a miss 360000"],
    );
    // Until then it is no sample, and no pending one.
    expect_at(&rule, "07:51:00", "07:50:00 buyer", &[]);
    // Never answered, it keeps no later question from opening its own round.
    let text = "07:50:00 buyer; 08:10:00 buyer";
    expect(&rule, text, &["d1 08:10:00 - unanswered 0"]);
    // A transfer outside the hours opens nothing, and ends what was not answered.
    let text = "07:50:00 buyer; 07:51:00 transferred @b <a; 08:00:00 agent @b";
    expect(&rule, text, &[]);
}

#[test]
fn the_hours_may_test_when_a_conversation_is_passed_to_a_human() {
    let rule = Rule { hours: hours(8, 23, HoursTest::ToHuman), ..generic_first() };
    expect(
        &rule,
        "07:00:00 buyer #1; 08:00:00 to-human #1; 08:00:10 agent @a #1; 10:00:00 buyer #2;
         10:00:05 agent @a #2; 22:59:00 buyer #3; 23:00:00 to-human #3; d2 09:00:00 to-human #3",
        &["d1 07:00:00 a miss 3610000"],
    );
    let rule = Rule { hours: hours(8, 23, HoursTest::ToHuman), ..generic_reply() };
    expect(
        &rule,
        "23:59:00 buyer #1; d2 00:05:00 buyer #1; d2 09:00:00 to-human #1; d2 09:01:00 agent @a",
        &["d1 23:59:00 - unanswered 0", "d1 00:05:00 a miss 32160000"],
    );
}

fn closed(from: &str, until: &str, reason: &'static str) -> Circumstances {
    let windows = vec![Window { from: at(from), until: at(until), reason }];
    Circumstances { windows, own_account: false }
}

#[test]
fn samples_that_begin_in_a_window_do_not_count() {
    let around = closed("10:00:00", "12:00:00", "closed-shop");
    let text = "09:59:59 buyer; 10:30:00 agent @a; 10:31:00 buyer; 11:59:59.999 buyer;
                11:59:59.999 agent @a; 12:00:00 buyer; 12:00:01 agent @a";
    let expected = ["d1 09:59:59 a miss 1801000", "d1 10:31:00 a no:closed-shop 0"];
    let last = "d1 12:00:00 a hit 1000";
    assert_eq!(
        seen(&generic_reply(), "d2 00:00:00", text, &around),
        [expected[0], expected[1], last]
    );
    let first = seen(&generic_reply(), "d2 00:00:00", "10:00:00 buyer", &around);
    assert_eq!(first, ["d1 10:00:00 - no:closed-shop 0"]);
    let open = Rule { closed_shop: ClosedShop::Counts, ..generic_reply() };
    assert_eq!(seen(&open, "d2 00:00:00", text, &around)[1], "d1 10:31:00 a miss 5339999");
    let around = closed("10:00:00", "12:00:00", "special-period");
    assert_eq!(seen(&open, "d2 00:00:00", text, &around)[1], "d1 10:31:00 a no:special-period 0");
}

#[test]
fn a_window_takes_messages_out_of_a_day_and_conversations_as_a_whole() {
    let around = closed("10:00:00", "12:00:00", "closed-shop");
    let text = "09:00:00 buyer #1; 09:01:00 agent @a #1; 11:00:00 buyer #1; 11:30:00 buyer #2;
                12:30:00 buyer #2; 12:30:10 agent @a #2";
    assert_eq!(seen(&pinduoduo_3m(), "d2 00:00:00", text, &around), ["d1 09:00:00 a hit 70000"]);
    let rule = Rule { judge: Judge::Any, ..generic_first() };
    assert_eq!(
        seen(&rule, "d2 00:00:00", text, &around),
        ["d1 09:00:00 a hit 60000", "d1 11:30:00 a no:closed-shop 0"]
    );
    // A round is set aside by its question, also where the conversation's start gives its day.
    assert_eq!(
        seen(&douyin_time(), "d2 00:00:00", text, &around),
        ["d1 09:00:00 a counted 60000", "d1 11:00:00 a no:closed-shop 0"]
    );
}

#[test]
fn own_accounts_do_not_count() {
    let around = Circumstances { windows: vec![], own_account: true };
    let text = "10:00:00 buyer; 10:00:05 agent @a; 11:00:00 buyer";
    let expected = ["d1 10:00:00 a no:own-account 0", "d1 11:00:00 a no:own-account 0"];
    assert_eq!(seen(&generic_reply(), "11:00:01", text, &around), expected);
}

#[test]
fn every_judge_has_its_own_quantifier() {
    let day = |judge| Rule { judge, ..pinduoduo_3m() };
    // Unanswered in the end, on time before.
    let text = "10:00:00 buyer; 10:00:10 agent @a; 11:00:00 buyer";
    expect(&day(Judge::All), text, &["d1 10:00:00 a unanswered 10000"]);
    expect(&day(Judge::Any), text, &["d1 10:00:00 a hit 10000"]);
    expect(&day(Judge::First), text, &["d1 10:00:00 a hit 10000"]);
    expect(&day(Judge::Mean), text, &["d1 10:00:00 a unanswered 10000"]);
    // Late, then on time.
    let text = "10:00:00 buyer; 10:05:00 agent @a; 11:00:00 buyer; 11:00:10 agent @a";
    expect(&day(Judge::All), text, &["d1 10:00:00 a miss 310000"]);
    expect(&day(Judge::Any), text, &["d1 10:00:00 a hit 310000"]);
    expect(&day(Judge::First), text, &["d1 10:00:00 a miss 300000"]);
    expect(&day(Judge::Mean), text, &["d1 10:00:00 a hit 310000"]);
    // Nothing answered.
    let text = "10:00:00 buyer; 11:00:00 buyer";
    for judge in [Judge::All, Judge::Any, Judge::First, Judge::Mean] {
        expect(&day(judge), text, &["d1 10:00:00 - unanswered 0"]);
    }
}

#[test]
fn an_unanswered_sample_that_counts_as_a_wait_is_a_miss_against_a_limit() {
    let counts = Unanswered::Counts(Span::seconds(60));
    let rule = Rule { unanswered: counts, ..generic_reply() };
    expect(&rule, "10:00:00 buyer", &["d1 10:00:00 - unanswered 60000"]);
    let rule = Rule { figure: Figure::MeanAnswered, ..rule };
    expect(&rule, "10:00:00 buyer", &["d1 10:00:00 - counted-unanswered 60000"]);
}

#[test]
fn a_buyer_day_may_be_judged_from_rounds() {
    let rule = Rule { sample: Sample::BuyerDay, judge: Judge::All, ..generic_reply() };
    expect(
        &rule,
        "10:00:00 buyer; 10:02:00 buyer; 10:04:00 agent @a;
         d2 10:00:00 buyer; d2 10:00:01 agent @b",
        &["d1 10:00:00 a miss 240000", "d2 10:00:00 b hit 1000"],
    );
}
