//! The platforms' rules, one group of cases for each thing that had to be made clear.

use testkit::oracle::{Circumstances, totals, totals_by_account};

use crate::stage::*;

#[test]
fn facts_are_ordered_by_instant_and_then_by_row() {
    let mut facts = thread("10:00:00 buyer; 10:00:00 agent @a; 10:01:00 agent @a");
    let count = |facts: &[facts::Fact]| {
        let around = Circumstances::default();
        testkit::oracle::count(&generic_reply(), &zone(), facts, at("d2 00:00:00"), &around)
    };
    let told = count(&facts);
    assert_eq!(told[0].wait_ms, 0);
    facts.reverse();
    assert_eq!(count(&facts), told);
    // The reply of the same instant came before the question: it does not answer it.
    expect(
        &generic_reply(),
        "10:00:00 agent @a; 10:00:00 buyer; 10:01:00 agent @a",
        &["d1 10:00:00 a hit 60000"],
    );
}

#[test]
fn the_bot_removes_in_the_bot_stage_and_does_nothing_after_it() {
    let rule = taobao_3m();
    expect(&rule, "10:00:00 buyer; 10:00:01 bot", &["d1 10:00:00 - no:bot 0"]);
    for leaves in ["to-human", "assigned @a", "transferred @a", "agent @a", "assist @a"] {
        let text = format!("07:00:00 {leaves}; 10:00:00 buyer; 10:00:01 bot; 10:01:00 agent @a");
        expect(&rule, &text, &["d1 10:00:00 a hit 60000"]);
    }
    for stays in ["queued", "auto", "system", "staff", "merchant", "left-message", "buyer"] {
        let text = format!("07:00:00 {stays}; 10:00:00 buyer; 10:00:01 bot; 10:01:00 agent @a");
        expect(&rule, &text, &["d1 10:00:00 - no:bot 0"]);
    }
}

#[test]
fn the_bot_stage_returns_at_midnight() {
    expect(
        &taobao_3m(),
        "10:00:00 buyer; 10:01:00 agent @a; d2 10:00:00 buyer; d2 10:00:05 bot",
        &["d1 10:00:00 a hit 60000", "d2 10:00:00 - no:bot 0"],
    );
}

/// Who answers for Pinduoduo is `agent` alone, but an ignored `assist` message is a person's.
#[test]
fn an_ignored_author_still_leaves_the_bot_stage() {
    let mut rule = douyin_conversation();
    rule.judge = metric::Judge::All;
    expect(
        &rule,
        "10:00:00 buyer #1; 10:00:05 assist @a #1; 10:00:10 bot #1; 10:01:00 agent @a #1",
        &["d1 10:00:00 a hit 60000"],
    );
}

#[test]
fn a_removal_takes_all_open_samples_of_the_thread() {
    let mut rule = taobao_3m();
    rule.sample = metric::Sample::Message;
    expect(
        &rule,
        "10:00:00 buyer #1; 10:00:01 buyer #2; 10:00:05 bot #1; 10:00:09 buyer; 10:01:00 agent @a",
        &["d1 10:00:00 - no:bot 0", "d1 10:00:01 - no:bot 0", "d1 10:00:09 a hit 51000"],
    );
}

#[test]
fn a_removal_takes_conversation_samples_of_its_conversation_only() {
    let mut rule = douyin_conversation();
    rule.conversation.bot_only = metric::BotOnly::Counts;
    expect(
        &rule,
        "10:00:00 buyer #1; 10:00:01 buyer #2; 10:00:05 bot #1; 10:01:00 agent @a #2",
        &["d1 10:00:00 - no:bot 0", "d1 10:00:01 a hit 59000"],
    );
}

#[test]
fn questions_outside_the_hours_are_not_seen_and_replies_always_are() {
    let rule = taobao_3m();
    expect(
        &rule,
        "02:00:00 buyer; 07:59:59.999 buyer; 08:00:00 buyer; 08:01:00 agent @a;
         22:59:59.999 buyer; 23:01:59 agent @a; 23:00:00 buyer; 23:30:00 buyer",
        &["d1 08:00:00 a hit 60000", "d1 22:59:59 a hit 119001"],
    );
}

#[test]
fn midnight_settles_and_a_reply_on_the_next_day_repairs_nothing() {
    let rule = taobao_3m();
    let text = "22:59:00 buyer; d2 00:00:00 agent @a; d2 09:00:00 buyer; d2 09:01:00 agent @a";
    expect(&rule, text, &["d1 22:59:00 - unanswered 0", "d2 09:00:00 a hit 60000"]);
    let text = "22:59:00 buyer; 23:59:59.999 agent @a";
    expect(&rule, text, &["d1 22:59:00 a miss 3659999"]);
    expect(&taobao_time(), "22:59:00 buyer", &["d1 22:59:00 - counted-unanswered 600000"]);
}

#[test]
fn who_is_in_charge_is_kept_over_midnight_and_the_last_reply_is_not() {
    let rule = taobao_3m();
    let text = "10:00:00 assigned @b; 10:01:00 agent @a; d2 10:00:00 buyer; d2 10:01:00 agent @a";
    expect(&rule, text, &["d2 10:00:00 b hit 60000"]);
    let text = "10:00:00 buyer; 10:01:00 agent @a; d2 10:00:00 buyer";
    expect(&rule, text, &["d1 10:00:00 a hit 60000", "d2 10:00:00 - unanswered 0"]);
}

/// The first example of the three-minute rate: 475 s from the first unanswered message.
#[test]
fn a_round_runs_from_the_first_unanswered_message() {
    let text = "10:10:15 buyer; 10:15:20 buyer; 10:18:10 agent @a;
                10:18:30 buyer; 10:19:00 agent @a; 10:19:01 agent @a";
    expect(&taobao_3m(), text, &["d1 10:10:15 a miss 475000", "d1 10:18:30 a hit 30000"]);
}

#[test]
fn every_message_is_answered_by_the_next_counted_reply() {
    expect(
        &douyin_message(),
        "10:00:00 buyer #1; 10:02:00 buyer #2; 10:02:30 assist @a; 10:03:01 agent @a #3;
         10:04:00 agent @a; 10:05:00 buyer",
        &["d1 10:00:00 a miss 181000", "d1 10:02:00 a hit 61000", "d1 10:05:00 a unanswered 0"],
    );
}

#[test]
fn a_transfer_settles_for_the_passing_account_and_opens_for_the_receiving_one() {
    let rule = taobao_3m();
    expect(
        &rule,
        "09:00:00 assigned @a; 10:00:00 buyer; 10:01:00 transferred @b; 10:02:00 agent @b",
        &["d1 10:00:00 a unanswered 0", "d1 10:01:00 b hit 60000"],
    );
    // The fact itself names who passed it on.
    expect(
        &rule,
        "09:00:00 assigned @a; 10:00:00 buyer; 10:01:00 transferred @b <c; 10:02:00 agent @a",
        &["d1 10:00:00 c unanswered 0", "d1 10:01:00 b hit 60000"],
    );
    // Nothing open: nothing opens.
    let text = "10:00:00 buyer; 10:00:30 agent @a; 10:01:00 transferred @b <a";
    expect(&rule, text, &["d1 10:00:00 a hit 30000"]);
    // Passed on twice, the second time outside the hours.
    expect(
        &rule,
        "22:50:00 buyer; 22:55:00 transferred @b <a; 23:00:00 transferred @c; 23:01:00 agent @c",
        &["d1 22:50:00 a unanswered 0", "d1 22:55:00 b unanswered 0"],
    );
    expect(
        &taobao_time(),
        "10:00:00 buyer; 10:01:00 transferred @b <a; 10:12:00 agent @b",
        &["d1 10:00:00 a counted-unanswered 600000", "d1 10:01:00 b counted 600000"],
    );
}

#[test]
fn a_transfer_of_several_messages_opens_one() {
    let rule = metric::Rule { inner: metric::Inner::Message, ..taobao_3m() };
    let rule = metric::Rule { sample: metric::Sample::Message, ..rule };
    expect(
        &rule,
        "10:00:00 buyer; 10:00:10 buyer; 10:01:00 transferred @b <a; 10:01:30 agent @b",
        &["d1 10:00:00 a unanswered 0", "d1 10:00:10 a unanswered 0", "d1 10:01:00 b hit 30000"],
    );
}

#[test]
fn a_transfer_does_nothing_to_the_samples_of_a_shop() {
    let mut rule = taobao_3m();
    rule.per = metric::Per::Shop;
    let text = "10:00:00 buyer; 10:01:00 transferred @b <a; 10:01:10 bot; 10:02:00 agent @c";
    expect(&rule, text, &["d1 10:00:00 b hit 120000"]);
    let mut rule = taobao_3m();
    rule.transfer = metric::Transfer::Carries;
    expect(&rule, text, &["d1 10:00:00 b hit 120000"]);
}

#[test]
fn a_sample_belongs_to_whom_the_log_names_first() {
    let rule = taobao_3m();
    let cases = [
        ("09:00:00 assigned @a; 10:00:00 buyer; 10:00:30 assigned @b; 10:01:00 agent @c", 'a'),
        ("10:00:00 buyer; 10:00:30 assigned @b; 10:00:40 assigned @a; 10:01:00 agent @c", 'b'),
        ("10:00:00 buyer; 10:01:00 agent @c; 10:01:01 assigned @a", 'c'),
        ("10:00:00 buyer; 10:01:00 agent; 10:01:01 assigned @a", '-'),
    ];
    for (text, owner) in cases {
        expect(&rule, text, &[&format!("d1 10:00:00 {owner} hit 60000")]);
    }
    // Unanswered: who answered last that day, in whatever conversation.
    expect(
        &rule,
        "09:00:00 buyer #1; 09:00:30 agent @a #1; 09:01:00 assist @b #2; 10:00:00 buyer #3",
        &["d1 09:00:00 a hit 30000", "d1 10:00:00 b unanswered 0"],
    );
    expect(&rule, "10:00:00 buyer", &["d1 10:00:00 - unanswered 0"]);
}

#[test]
fn a_buyer_day_of_a_shop_is_spoiled_by_any_miss() {
    let rule = pinduoduo_3m();
    expect(
        &rule,
        "10:00:00 buyer; 10:01:00 agent @a; 11:00:00 buyer; 11:03:00 agent @a;
         d2 10:00:00 buyer; d2 10:01:00 agent @a; d2 11:00:00 buyer; d2 11:03:00.001 agent @a;
         d3 10:00:00 buyer; d3 10:01:00 agent @a; d3 22:59:00 buyer; d4 07:00:00 buyer",
        &[
            "d1 10:00:00 a hit 240000",
            "d2 10:00:00 a miss 240001",
            "d3 10:00:00 a unanswered 60000",
        ],
    );
    let text = "10:00:00 buyer; 10:01:00 bot; 10:02:00 auto";
    expect(&rule, text, &["d1 10:00:00 - unanswered 0"]);
    expect(&pinduoduo_5m(), text, &["d1 10:00:00 - hit 60000"]);
}

#[test]
fn a_buyer_day_of_an_account_is_saved_by_any_hit() {
    let rule = taote();
    expect(
        &rule,
        "10:00:00 buyer; 10:10:00 agent @a; 11:00:00 buyer; 11:01:00 agent @a; 12:00:00 buyer",
        &["d1 10:00:00 a hit 660000"],
    );
    // Late and unanswered: not unanswered as a whole.
    let text = "10:00:00 buyer; 10:10:00 agent @a; 12:00:00 buyer";
    expect(&rule, text, &["d1 10:00:00 a miss 600000"]);
    // Received by the bot and by two people: three person-times.
    expect(
        &rule,
        "10:00:00 buyer; 10:00:01 bot; 10:01:00 to-human; 10:01:10 buyer; 10:02:00 agent @a;
         10:03:00 buyer; 10:03:30 agent @b; 10:03:40 agent @c",
        &["d1 10:00:00 - hit 1000", "d1 10:01:10 a hit 50000", "d1 10:03:00 b hit 30000"],
    );
    // A passes the buyer on without a reply.
    expect(
        &rule,
        "10:00:00 buyer; 10:01:00 transferred @b <a; 10:02:00 agent @b",
        &["d1 10:00:00 a unanswered 0", "d1 10:01:00 b hit 60000"],
    );
}

#[test]
fn a_group_of_which_everything_was_dropped_is_dropped() {
    let mut rule = pinduoduo_3m();
    rule.drop_below = Some(facts::Span::seconds(1));
    rule.unanswered = metric::Unanswered::Drop;
    expect(
        &rule,
        "10:00:00 buyer; 10:00:00.999 agent @a; 11:00:00 buyer;
         d2 10:00:00 buyer; d2 10:00:00 agent @a; d2 11:00:00 buyer; d2 11:00:01 agent @a",
        &["d1 10:00:00 a no:zero-second 0", "d2 11:00:00 a hit 1000"],
    );
}

#[test]
fn waits_are_summed_as_counted() {
    let mut rule = taobao_time();
    rule.sample = metric::Sample::BuyerDay;
    rule.per = metric::Per::Shop;
    expect(
        &rule,
        "10:00:00 buyer; 10:20:00 agent @a; 11:00:00 buyer; 11:00:10 agent @a; 12:00:00 buyer",
        &["d1 10:00:00 a counted-unanswered 1210000"],
    );
    // Only the first question of a conversation counts.
    let text = "10:00:00 buyer #1; 10:00:20 agent @a #1; 10:05:00 buyer #1";
    expect(&jd(), text, &["d1 10:00:00 a hit 20000"]);
    expect(&douyin_time(), "10:00:00 buyer; 10:20:00 agent @a", &["d1 10:00:00 a counted 1200000"]);
}

#[test]
fn conversations_are_cut_by_closed_and_without_an_id_by_silence() {
    let rule = generic_first();
    let hit = |clock: &str| format!("d1 {clock} a hit 10000");
    // Exactly thirty minutes after the last fact is no cut.
    expect(
        &rule,
        "10:00:00 buyer; 10:00:10 agent @a; 10:30:10 buyer; 11:00:10.001 buyer;
         11:00:10.001 ordered; 11:00:20.001 agent @a",
        &[&hit("10:00:00"), &hit("11:00:10")],
    );
    // Trade facts and facts with an id do not break a silence; a rating does.
    expect(
        &rule,
        "10:00:00 buyer; 10:00:10 agent @a; 10:20:00 ordered; 10:20:00 queued #1; 10:30:11 buyer;
         10:30:21 agent @a; 11:00:00 rating-sent; 11:30:00 buyer",
        &[&hit("10:00:00"), &hit("10:30:11")],
    );
    // With an id there is no silence; after `closed` the id is a new conversation.
    expect(
        &rule,
        "10:00:00 buyer #1; 10:00:10 agent @a #1; 12:00:00 buyer #1; 12:00:01 closed #1;
         12:00:02 closed #1; 12:01:00 buyer #1; 12:01:10 agent @a #1",
        &[&hit("10:00:00"), &hit("12:01:00")],
    );
    // `closed` without an id cuts what has none, and nothing else.
    expect(
        &rule,
        "10:00:00 buyer #1; 10:00:10 agent @a #1; 10:01:00 closed; 10:01:01 buyer #1;
         10:02:00 buyer; 10:02:10 agent @a; 10:03:00 closed; 10:03:01 buyer; 10:03:11 agent @a",
        &[&hit("10:00:00"), &hit("10:02:00"), &hit("10:03:01")],
    );
}

#[test]
fn a_conversation_counts_for_the_day_on_which_it_starts() {
    expect(
        &generic_first(),
        "23:59:00 queued #1; d2 00:00:10 buyer #1; d2 00:00:20 agent @a #1",
        &["d1 00:00:10 a hit 10000"],
    );
    expect(
        &douyin_time(),
        "22:59:00 buyer #1; 22:59:30 agent @a #1; d2 00:10:00 buyer #1; d2 00:10:30 agent @a #1",
        &["d1 22:59:00 a counted 30000", "d1 00:10:00 a counted 30000"],
    );
}

#[test]
fn jd_continues_a_closed_conversation_for_ten_minutes() {
    let rule = jd();
    let first = "10:00:00 buyer #1; 10:00:10 agent @a #1; 10:01:00 closed #1;";
    let hit = "d1 10:00:00 a hit 10000";
    for id in ["#1", "#2", ""] {
        expect(&rule, &format!("{first} 10:11:00 buyer {id}; 10:20:00 agent @a {id}"), &[hit]);
        let text = format!("{first} 10:11:00.001 buyer {id}; 10:20:00 agent @a {id}");
        expect(&rule, &text, &[hit, "d1 10:11:00 a miss 539999"]);
    }
    // Assigned first, under another id; closed again under it; then too late.
    expect(
        &rule,
        &format!(
            "{first} 10:05:00 assigned @b #2; 10:06:00 buyer #2; 10:10:00 closed #2;
             10:20:00 buyer #3; 10:30:00.001 buyer #4"
        ),
        &[hit, "d1 10:30:00 b unanswered 0"],
    );
    // A `closed` that closes nothing neither prolongs the time nor takes its place.
    let text = format!("{first} 10:05:00 closed #1; 10:12:00 buyer #1; 10:12:10 agent @a #1");
    expect(&rule, &text, &[hit, "d1 10:12:00 a hit 10000"]);
    let text = format!("{first} 10:05:00 closed #9; 10:06:00 buyer #2; 10:07:00 agent @a #2");
    expect(&rule, &text, &[hit]);
    // The other conversation had a question already: it stays itself.
    expect(
        &rule,
        "09:59:00 buyer #2; 10:00:00 buyer #1; 10:00:10 agent @a #1; 10:01:00 closed #1;
         10:02:00 buyer #2; 10:03:00 agent @a #2",
        &["d1 09:59:00 a miss 240000", hit],
    );
}

#[test]
fn a_continued_conversation_may_still_be_answered() {
    let mut rule = jd();
    rule.judge = metric::Judge::All;
    expect(
        &rule,
        "10:00:00 buyer #1; 10:00:05 closed #1; 10:00:10 buyer #2; 10:00:20 agent @a #2",
        &["d1 10:00:00 a hit 30000"],
    );
}

#[test]
fn conversation_samples_know_only_their_own_facts() {
    let rule = generic_first();
    expect(
        &rule,
        "10:00:00 buyer #1; 10:00:05 buyer #2; 10:00:10 agent @a #2; 10:01:00 agent @b #3",
        &["d1 10:00:00 b unanswered 0", "d1 10:00:05 a hit 5000"],
    );
    expect(&rule, "10:00:00 assigned @a #1; 10:00:10 agent @a #1", &[]);
    // Closed: the reply under the same id belongs to the next conversation.
    let text = "10:00:00 buyer #1; 10:00:05 closed #1; 10:00:10 agent @a #1";
    expect(&rule, text, &["d1 10:00:00 a unanswered 0"]);
    // Open at midnight.
    let text = "23:59:00 buyer #1; d2 00:00:10 agent @a #1; d2 00:01:00 buyer #1";
    expect(&rule, text, &["d1 23:59:00 - unanswered 0"]);
}

#[test]
fn the_start_of_the_conversation_may_be_what_the_hours_test() {
    // Along the thread a reply in any conversation answers.
    expect(
        &douyin_time(),
        "22:59:59.999 queued #1; 23:00:00 buyer #2; 23:10:00 buyer #1; 23:11:00 agent @a #2;
         07:59:59.999 auto #3; 08:30:00 buyer #3; 08:00:00 buyer #4; 08:00:30 agent @a",
        &["d1 08:00:00 a counted 30000", "d1 23:10:00 a counted 60000"],
    );
    expect(
        &jd(),
        "08:59:00 buyer #1; 09:00:10 buyer #1; 09:00:20 agent @a #1; 09:00:00 buyer #2;
         09:00:30 agent @a #2; 22:59:59 buyer #3; 23:00:29.001 agent @a #3; 23:00:00 buyer #4",
        &["d1 09:00:00 a hit 30000", "d1 22:59:59 a miss 30001"],
    );
}

#[test]
fn a_conversation_of_the_bot_alone_is_not_assessed() {
    let rule = douyin_conversation();
    expect(&rule, "10:00:00 bot #1; 10:00:05 buyer #1", &["d1 10:00:05 - no:bot 0"]);
    // No bot wrote: in the human stage from the start.
    expect(&rule, "10:00:05 buyer #1", &["d1 10:00:05 - unanswered 0"]);
    // The thread left the bot stage in another conversation before.
    expect(
        &rule,
        "09:00:00 assigned @a #2; 10:00:00 bot #1; 10:00:05 buyer #1",
        &["d1 10:00:05 a unanswered 0"],
    );
    expect(
        &rule,
        "10:00:00 bot #1; 10:00:05 buyer #1; 11:00:00 to-human #1",
        &["d1 10:00:05 - unanswered 0"],
    );
    // The first round went to the bot, the second to a person.
    expect(
        &rule,
        "10:00:00 buyer #1; 10:00:05 bot #1; 10:01:00 to-human #1; 10:02:00 buyer #1;
         10:03:00 agent @a #1",
        &["d1 10:02:00 a hit 60000"],
    );
    // Everything went to the bot, and the human stage came too late.
    let text = "10:00:00 buyer #1; 10:00:05 bot #1; 10:01:00 to-human #1";
    expect(&rule, text, &["d1 10:00:00 - no:bot 0"]);
    // Rounds of the conversation, whichever conversation answers.
    expect(
        &douyin_time(),
        "10:00:00 bot #1; 10:00:05 buyer #1; 10:00:10 agent @a #2",
        &["d1 10:00:05 a no:bot 0"],
    );
    // JD ignores the bot but does not assess what it served alone.
    let text = "10:00:00 buyer #1; 10:00:05 bot #1; 10:01:00 agent @a #2";
    expect(&jd(), text, &["d1 10:00:00 a no:bot 0"]);
}

#[test]
fn a_leave_message_is_dropped_or_a_miss() {
    let text = "10:00:00 buyer #1; 10:00:05 left-message #1; 10:00:20 agent @a #1";
    expect(&jd(), text, &["d1 10:00:00 a no:left-message 0"]);
    expect(&douyin_conversation(), text, &["d1 10:00:00 a miss 20000"]);
    let text = "10:00:00 buyer #1; 10:00:05 left-message #1";
    expect(&jd(), text, &["d1 10:00:00 - no:left-message 0"]);
    expect(&douyin_conversation(), text, &["d1 10:00:00 - unanswered 0"]);
    expect(&douyin_conversation(), "10:00:05 left-message #1", &[]);
}

#[test]
fn a_mean_may_forgive_a_slow_round_and_never_an_unanswered_one() {
    let rule = douyin_conversation();
    let rounds = |second: &str| {
        format!("10:00:00 buyer #1; 10:05:00 agent @a #1; 10:06:00 buyer #1; {second} agent @a #1")
    };
    expect(&rule, &rounds("10:07:00"), &["d1 10:00:00 a hit 360000"]);
    expect(&rule, &rounds("10:07:00.001"), &["d1 10:00:00 a miss 360001"]);
    let text = "10:00:00 buyer #1; 10:00:05 agent @a #1; 10:06:00 buyer #1";
    expect(&rule, text, &["d1 10:00:00 a unanswered 5000"]);
}

#[test]
fn a_recalled_message_was_never_sent() {
    let rule = generic_reply();
    expect(&rule, "10:00:00 buyer !1; 10:01:00 recalled !1; 10:02:00 agent @a", &[]);
    expect(
        &rule,
        "10:00:00 buyer !1; 10:00:30 buyer; 10:01:00 recalled !1; 10:02:00 agent @a",
        &["d1 10:00:30 a hit 90000"],
    );
    // The second message of a round, and then the first.
    expect(
        &rule,
        "10:00:00 buyer !1; 10:00:30 buyer !2; 10:00:40 buyer; 10:01:00 recalled !2;
         10:01:01 recalled !1; 10:02:00 agent @a",
        &["d1 10:00:40 a hit 80000"],
    );
    // Answered, recalled by nobody, a recalled reply, a recall before the message: nothing.
    for text in [
        "10:00:00 buyer !1; 10:02:00 agent @a; 10:03:00 recalled !1",
        "10:00:00 buyer !1; 10:01:00 recalled !2; 10:02:00 agent @a",
        "10:00:00 buyer; 10:02:00 agent @a !1; 10:03:00 recalled !1",
        "10:00:00 recalled !1; 10:00:00 buyer !1; 10:02:00 agent @a",
    ] {
        expect(&rule, text, &["d1 10:00:00 a hit 120000"]);
    }
    // Settled at midnight, removed by the bot: too late.
    let text = "10:00:00 buyer !1; d2 00:00:00 recalled !1";
    expect(&rule, text, &["d1 10:00:00 - unanswered 0"]);
    let text = "10:00:00 buyer !1; 10:00:01 bot; 10:00:02 recalled !1";
    expect(&taobao_3m(), text, &["d1 10:00:00 - no:bot 0"]);
    // Recalled before the transfer, or after it and before any reply: nobody's question. Answered
    // before the recall: it was passed on without a reply.
    let text = "10:00:00 buyer !1; 10:00:01 recalled !1; 10:01:00 transferred @b <a";
    expect(&taobao_3m(), text, &[]);
    let text = "10:00:00 buyer !1; 10:01:00 transferred @b <a; 10:02:00 recalled !1";
    expect(&taobao_3m(), text, &[]);
    let text =
        "10:00:00 buyer !1; 10:01:00 transferred @b <a; 10:02:00 agent @b; 10:03:00 recalled !1";
    expect(&taobao_3m(), text, &["d1 10:00:00 a unanswered 0", "d1 10:01:00 b hit 60000"]);
    let stays = metric::Rule { recalled: metric::Recalled::Stays, ..generic_reply() };
    let text = "10:00:00 buyer !1; 10:01:00 recalled !1; 10:02:00 agent @a";
    expect(&stays, text, &["d1 10:00:00 a hit 120000"]);
}

#[test]
fn an_upheld_report_sets_aside_seven_days_before_its_day() {
    expect(
        &douyin_message(),
        "d1 10:00:00 buyer; d2 10:00:00 buyer; d8 10:00:00 buyer; d9 09:00:00 report-upheld;
         d9 08:30:00 buyer; d9 10:00:00 buyer; d10 10:00:00 buyer",
        &[
            "d1 10:00:00 - unanswered 0",
            "d2 10:00:00 - no:reported 0",
            "d8 10:00:00 - no:reported 0",
            "d9 08:30:00 - unanswered 0",
            "d9 10:00:00 - unanswered 0",
            "d10 10:00:00 - unanswered 0",
        ],
    );
    // Only an upheld report; and what was dropped before keeps its reason.
    let text = "10:00:00 buyer #1; 10:00:05 bot #1; d2 10:00:00";
    expect(&douyin_conversation(), &format!("{text} report-upheld"), &["d1 10:00:00 - no:bot 0"]);
    let rule = metric::Rule { report_days: 7, ..taobao_3m() };
    let text = "10:00:00 buyer; 10:00:05 bot; 11:00:00 buyer; d2 10:00:00 report-upheld";
    expect(&rule, text, &["d1 10:00:00 - no:bot 0", "d1 11:00:00 - no:reported 0"]);
    let text = "10:00:00 buyer; 10:00:05 agent @a; d2 10:00:00 reported";
    expect(&douyin_message(), text, &["d1 10:00:00 a hit 5000"]);
    // By the day of the conversation's start.
    expect(
        &douyin_conversation(),
        "22:59:00 queued #1; d2 07:00:00 buyer #1; d8 10:00:00 report-upheld",
        &["d1 07:00:00 - no:reported 0"],
    );
}

#[test]
fn a_flagged_buyer_is_left_out_altogether() {
    let text = "10:00:00 buyer; 10:01:00 agent @a; d5 10:00:00 flagged; d6 10:00:00 buyer";
    expect(&taote(), text, &["d1 10:00:00 a no:flagged 0", "d6 10:00:00 - no:flagged 0"]);
    expect_at(&taote(), "d5 10:00:00", text, &["d1 10:00:00 a hit 60000"]);
    let text = "10:00:00 buyer; 10:01:00 agent @a; d5 10:00:00 flagged";
    expect(&pinduoduo_3m(), text, &["d1 10:00:00 a hit 60000"]);
}

#[test]
fn before_the_days_end_an_open_sample_is_pending_until_its_limit_has_passed() {
    let rule = generic_reply();
    let text = "10:00:00 buyer; 10:05:00 agent @a";
    expect_at(&rule, "10:00:00", text, &[]);
    expect_at(&rule, "10:00:00.001", text, &["d1 10:00:00 - pending 0"]);
    expect_at(&rule, "10:03:00", text, &["d1 10:00:00 - pending 0"]);
    expect_at(&rule, "10:03:00.001", text, &["d1 10:00:00 - unanswered 0"]);
    // What happens at the instant itself has not happened.
    expect_at(&rule, "10:05:00", text, &["d1 10:00:00 - unanswered 0"]);
    expect_at(&rule, "10:05:00.001", text, &["d1 10:00:00 a miss 300000"]);
    // Midnight settles at midnight.
    let text = "23:59:00 buyer";
    expect_at(&rule, "23:59:59.999", text, &["d1 23:59:00 - pending 0"]);
    expect_at(&rule, "d2 00:00:00", text, &["d1 23:59:00 - unanswered 0"]);
    // Without a limit whatever is open is pending.
    let text = "09:00:00 buyer";
    expect_at(&taobao_time(), "23:59:59.999", text, &["d1 09:00:00 - pending 0"]);
    let settled = ["d1 09:00:00 - counted-unanswered 600000"];
    expect_at(&taobao_time(), "d2 00:00:00", text, &settled);
}

#[test]
fn a_group_is_pending_while_its_verdict_is_not_certain() {
    let (fine, late) = ("10:01:00 agent @a", "10:05:00 agent @a");
    let day = |reply: &str| format!("10:00:00 buyer; {reply}; 11:00:00 buyer");
    let now = "11:01:00";
    expect_at(&pinduoduo_3m(), now, &day(fine), &["d1 10:00:00 a pending 0"]);
    expect_at(&pinduoduo_3m(), now, &day(late), &["d1 10:00:00 a miss 300000"]);
    expect_at(&taote(), now, &day(fine), &["d1 10:00:00 a hit 60000"]);
    expect_at(&taote(), now, &day(late), &["d1 10:00:00 a pending 0"]);
    let conversation = |reply: &str| {
        let reply = reply.replace("@a", "@a #1");
        format!("10:00:00 buyer #1; {reply}; 11:00:00 buyer #1")
    };
    for reply in [fine, late] {
        let text = conversation(reply);
        expect_at(&douyin_conversation(), now, &text, &["d1 10:00:00 a pending 0"]);
    }
    expect_at(&generic_first(), now, &conversation(late), &["d1 10:00:00 a miss 300000"]);
    // A closed conversation cannot be answered any more, unless it may be continued.
    let text = "10:00:00 buyer #1; 10:00:05 closed #1";
    expect_at(&generic_first(), "10:01:00", text, &["d1 10:00:00 - unanswered 0"]);
    expect_at(&jd(), "10:00:10", text, &["d1 10:00:00 - pending 0"]);
    let rule = metric::Rule { within: None, ..jd() };
    expect_at(&rule, "10:10:05", text, &["d1 10:00:00 - pending 0"]);
    expect_at(&rule, "10:10:05.001", text, &["d1 10:00:00 - unanswered 0"]);
    // A leave-message is a miss whatever comes.
    let text = "10:00:00 buyer #1; 10:00:05 left-message #1";
    expect_at(&douyin_conversation(), "10:01:00", text, &["d1 10:00:00 - miss 0"]);
}

#[test]
fn the_limit_itself_is_on_time() {
    let rule = generic_reply();
    let reply = |clock: &str| format!("10:00:00 buyer; {clock} agent @a");
    expect(&rule, &reply("10:02:59.999"), &["d1 10:00:00 a hit 179999"]);
    expect(&rule, &reply("10:03:00"), &["d1 10:00:00 a hit 180000"]);
    expect(&rule, &reply("10:03:00.001"), &["d1 10:00:00 a miss 180001"]);
}

#[test]
fn zero_second_replies_may_be_left_out() {
    let mut rule = taobao_time();
    rule.drop_below = Some(facts::Span::seconds(1));
    expect(
        &rule,
        "10:00:00 buyer; 10:00:00 agent @a; 11:00:00 buyer; 11:00:01 agent @a",
        &["d1 10:00:00 a no:zero-second 0", "d1 11:00:00 a counted 1000"],
    );
}

#[test]
fn unanswered_samples_may_be_left_out_and_those_answered_on_a_later_day_too() {
    let text = "10:00:00 buyer; d3 10:00:00 agent @a; d3 11:00:00 buyer";
    let mut rule = taobao_3m();
    rule.unanswered = metric::Unanswered::Drop;
    expect(&rule, text, &["d1 10:00:00 - no:unanswered 0", "d3 11:00:00 a no:unanswered 0"]);
    let around = Circumstances::default();
    let now = at("d4 00:00:00");
    let counted = testkit::oracle::count(&rule, &zone(), &thread(text), now, &around);
    let days = totals(&counted);
    assert_eq!((days.len(), days[&counted[0].day].samples), (2, 0));
    assert_eq!(days[&counted[0].day].dropped["unanswered"], 1);

    let mut rule = taobao_3m();
    rule.answered_later = metric::AnsweredLater::Drop;
    expect(&rule, text, &["d1 10:00:00 - no:cross-day 0", "d3 11:00:00 a unanswered 0"]);
    expect_at(&rule, "d3 10:00:00", text, &["d1 10:00:00 - unanswered 0"]);
}

#[test]
fn totals_add_samples_up() {
    let text = "10:00:00 buyer; 10:01:00 bot; 10:02:00 to-human; 10:03:00 buyer;
                10:04:00 agent @a; 11:00:00 buyer; 11:05:00 agent @b; 12:00:00 buyer;
                d2 10:00:00 buyer";
    let now = at("d2 10:01:00");
    let around = Circumstances::default();
    let samples = testkit::oracle::count(&taobao_3m(), &zone(), &thread(text), now, &around);
    let days: Vec<_> = totals(&samples).into_values().collect();
    let [first, second] = days.as_slice() else { panic!("two days") };
    assert_eq!((first.samples, first.hits, first.misses, first.unanswered), (3, 1, 2, 1));
    assert_eq!((first.wait_ms, first.pending, first.dropped["bot"]), (360_000, 0, 1));
    assert_eq!((second.samples, second.pending), (0, 1));
    let accounts = totals_by_account(&samples);
    let of = |n: u32| &accounts[&(samples[0].day, facts::Account(n))];
    assert_eq!((of(0).samples, of(1).hits, of(2).misses, of(2).unanswered), (0, 1, 2, 1));
}
