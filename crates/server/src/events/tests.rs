use super::*;

fn hub(capacity: usize) -> (Hub, Stopping) {
    let stopping = Stopping::default();
    (Hub::new(capacity, 3, stopping.clone()).unwrap(), stopping)
}

fn number(heard: Heard) -> u64 {
    match heard {
        Heard::Event(event) => event.number,
        other => panic!("{other:?}"),
    }
}

fn shops(names: &[&str]) -> Reach {
    Reach::Shops(names.iter().map(|name| ShopKey::new("jd", name)).collect())
}

#[tokio::test(start_paused = true)]
async fn listeners_hear_what_is_told_from_then_on_in_order() {
    let (hub, _) = hub(8);
    hub.tell("alert", None, &0).unwrap();
    let mut listening = hub.listen(Reach::Everything, None).unwrap();
    let told = tokio::spawn({
        let hub = hub.clone();
        async move {
            for n in 0..5 {
                hub.tell("alert", None, &n).unwrap();
                tokio::task::yield_now().await;
            }
        }
    });
    for n in 2..=6 {
        assert_eq!(number(listening.next().await), n);
    }
    told.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn nobody_hears_of_other_shops() {
    let (hub, _) = hub(8);
    let mut one = hub.listen(shops(&["s1"]), None).unwrap();
    let mut none = hub.listen(shops(&[]), None).unwrap();
    for shop in ["s2", "s1", "s2"] {
        hub.tell("alert", Some(ShopKey::new("jd", shop)), &shop).unwrap();
    }
    hub.tell("alert", Some(ShopKey::new("taobao", "s1")), &"s1").unwrap();
    hub.tell("settings", None, &()).unwrap();
    assert_eq!(number(one.next().await), 2);
    assert_eq!(number(one.next().await), 5);
    assert_eq!(number(none.next().await), 5);
    assert_eq!(one.next().await, Heard::Nothing);
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_in_time_misses_nothing() {
    let (hub, _) = hub(3);
    for n in 1..=4 {
        hub.tell("alert", None, &n).unwrap();
    }
    let numbers = |after: u64| {
        let mut listening = hub.listen(Reach::Everything, Some(&hub.id(after))).unwrap();
        async move {
            let mut heard = Vec::new();
            loop {
                match listening.next().await {
                    Heard::Event(event) => heard.push(event.number),
                    Heard::Reset(last) => heard.push(1_000 + last),
                    _ => return heard,
                }
            }
        }
    };
    assert_eq!(numbers(4).await, [0; 0]);
    assert_eq!(numbers(3).await, [4]);
    assert_eq!(numbers(1).await, [2, 3, 4], "the oldest that is kept is the next");
    assert_eq!(numbers(0).await, [1_004], "the next one is gone");
    assert_eq!(numbers(5).await, [1_004], "an event that was never told");
}

#[tokio::test(start_paused = true)]
async fn ids_of_another_start_or_of_nobody_reset() {
    let (hub, _) = hub(3);
    hub.tell("alert", None, &1).unwrap();
    for id in ["", "1", "00000000-1", "x-1", &format!("{}x", hub.id(1))] {
        let mut listening = hub.listen(Reach::Everything, Some(id)).unwrap();
        assert_eq!(listening.next().await, Heard::Reset(1), "{id}");
        assert_eq!(listening.next().await, Heard::Nothing);
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_too_slow_is_reset_and_goes_on() {
    let (hub, _) = hub(2);
    let mut listening = hub.listen(Reach::Everything, None).unwrap();
    for n in 0..3 {
        hub.tell("alert", None, &n).unwrap();
    }
    assert_eq!(listening.next().await, Heard::Reset(3));
    hub.tell("alert", None, &3).unwrap();
    assert_eq!(number(listening.next().await), 4);
}

#[tokio::test(start_paused = true)]
async fn silence_is_told_every_fifteen_seconds_until_the_stream_ends() {
    let (hub, _) = hub(2);
    let mut listening = hub.listen(Reach::Everything, None).unwrap();
    let begin = Instant::now();
    let mut beats = 0;
    while listening.next().await == Heard::Nothing {
        beats += 1;
        assert!(begin.elapsed() >= HEARTBEAT * beats);
    }
    assert_eq!(begin.elapsed().as_secs(), LONGEST.as_secs());
    assert!(u64::from(beats) >= LONGEST.as_secs() / HEARTBEAT.as_secs() - 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_all_streams_and_places_come_back() {
    let (hub, stopping) = hub(2);
    let mut all: Vec<_> = (0..3).map(|_| hub.listen(Reach::Everything, None).unwrap()).collect();
    assert!(hub.listen(Reach::Everything, None).is_none());
    all.pop();
    let mut last = hub.listen(Reach::Everything, None).unwrap();
    let waiting = tokio::spawn(async move { last.next().await });
    tokio::task::yield_now().await;
    stopping.begin();
    assert_eq!(waiting.await.unwrap(), Heard::End);
    for mut listening in all {
        assert_eq!(listening.next().await, Heard::End);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_left_untold_because_nobody_listened_counts_as_missed() {
    let (hub, _) = hub(8);
    assert!(!hub.is_heard(), "nobody ever listened");
    let mut listening = hub.listen(Reach::Everything, None).unwrap();
    assert!(hub.is_heard());
    let last = hub.tell("alert", None, &1).unwrap();
    assert_eq!(number(listening.next().await), last);
    drop(listening);
    tokio::time::advance(COME_BACK - Duration::from_secs(1)).await;
    assert!(hub.is_heard(), "they may come back");
    let mut again = hub.listen(Reach::Everything, Some(&hub.id(last))).unwrap();
    let next = hub.tell("alert", None, &2).unwrap();
    assert_eq!(number(again.next().await), next);
    drop(again);
    tokio::time::advance(COME_BACK + Duration::from_secs(1)).await;
    assert!(!hub.is_heard());
    let mut late = hub.listen(Reach::Everything, Some(&hub.id(next))).unwrap();
    assert!(matches!(late.next().await, Heard::Reset(_)));
}
