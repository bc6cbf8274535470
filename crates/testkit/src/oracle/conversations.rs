//! Where the conversations of a thread begin, end and go on.

use facts::{Author, Conversation, Fact, FactKind};
use metric::Rule;

/// A conversation, known by the position of its first fact.
pub(super) type Start = usize;

/// For every fact the conversation it is in, if any.
pub(super) fn conversations(rule: &Rule, facts: &[Fact]) -> Vec<Option<Start>> {
    let mut known = Vec::with_capacity(facts.len());
    for i in 0..facts.len() {
        let conversation = conversation_of(rule, facts, &known, i);
        known.push(conversation);
    }
    known
}

/// The conversation of fact `i`, given those of the facts before it.
fn conversation_of(
    rule: &Rule,
    facts: &[Fact],
    known: &[Option<Start>],
    i: usize,
) -> Option<Start> {
    let fact = &facts[i];
    let belongs = matches!(
        fact.kind,
        FactKind::Message
            | FactKind::ToHuman
            | FactKind::Queued
            | FactKind::Assigned
            | FactKind::Transferred
            | FactKind::LeftMessage
            | FactKind::Closed
            | FactKind::RatingSent
            | FactKind::Rated
    );
    if !belongs {
        return None;
    }
    let named = named_conversation(rule, facts, known, i);
    if fact.kind == FactKind::Closed {
        // Of something that is not open it begins nothing.
        return named;
    }
    if is_buyer_message(fact) {
        let asked = |start| (0..i).any(|j| known[j] == Some(start) && is_buyer_message(&facts[j]));
        if !named.is_some_and(asked)
            && let Some(continued) = continued_conversation(rule, facts, known, i)
        {
            return Some(continued);
        }
    }
    Some(named.unwrap_or(i))
}

fn is_buyer_message(fact: &Fact) -> bool {
    fact.kind == FactKind::Message && fact.author == Author::Buyer
}

/// The open conversation that fact `i` names by its id, or by having none.
fn named_conversation(
    rule: &Rule,
    facts: &[Fact],
    known: &[Option<Start>],
    i: usize,
) -> Option<Start> {
    let id = facts[i].conversation;
    let last = (0..i).rev().find(|&j| known[j].is_some() && facts[j].conversation == id)?;
    let silence = facts[i].at - facts[last].at;
    if id == Conversation::NONE && silence > rule.conversation.gap {
        return None;
    }
    let start = known[last];
    let latest = (0..i).rev().find(|&j| known[j] == start)?;
    start.filter(|_| facts[latest].kind != FactKind::Closed)
}

/// The conversation closed last, when a buyer message at `i` comes soon enough to continue it.
fn continued_conversation(
    rule: &Rule,
    facts: &[Fact],
    known: &[Option<Start>],
    i: usize,
) -> Option<Start> {
    let within = rule.conversation.continues?;
    let closing =
        (0..i).rev().find(|&j| facts[j].kind == FactKind::Closed && known[j].is_some())?;
    known[closing].filter(|_| facts[i].at - facts[closing].at <= within)
}
