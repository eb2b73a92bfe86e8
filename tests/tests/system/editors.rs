//! Two hundred editors at once on a few records, some with what they read long ago, some who send
//! again what was not answered. The log shows that no edit was lost and nothing was done twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
    time::Duration,
};

use fastrand::Rng;
use futures_util::{StreamExt, stream};
use reqwest::Method;
use sea_orm::{FromQueryResult, Statement};
use serde_json::{Map, Value, json};
use system_tests::{Answer, Client, Side, Stack};

const EDITORS: u64 = 200;
const RECORDS: usize = 4;
/// Edits of each editor.
const EDITS: u32 = 4;
/// So often a request is sent that gets no answer; the next test of the same editor goes on.
const TRIES: u32 = 60;

/// Texts that any editor may change, of either kind of record.
fn fields(side: Side) -> [&'static str; 3] {
    match side {
        Side::Authors => ["name", "nationality", "biography"],
        Side::Books => ["title", "publisher", "description"],
    }
}

#[tokio::test]
async fn two_hundred_editors_lose_and_double_nothing() {
    lose_and_double_nothing(&Stack::embedded().await).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn two_hundred_editors_of_both_programs_lose_and_double_nothing() {
    lose_and_double_nothing(&Stack::servers().await).await;
}

async fn lose_and_double_nothing(stack: &Stack) {
    for side in Side::BOTH {
        let mut records = Vec::new();
        for number in 0..RECORDS {
            records.push(stack.create(side, &format!("Shared {number}")).await);
        }
        let desk = Desk {
            side,
            client: stack.client(side).clone(),
            records,
            told: Mutex::default(),
        };
        let editors = stream::iter(0..EDITORS);
        editors
            .for_each_concurrent(None, |number| desk.editor(number))
            .await;
        let log = log(stack, side).await;
        desk.judge(&log);
    }
}

/// What editors of one side share.
struct Desk {
    side: Side,
    client: Client,
    records: Vec<i64>,
    told: Mutex<Vec<Told>>,
}

/// What an editor was told.
struct Told {
    /// Names the request; also the value that it was to write.
    mark: String,
    what: What,
}

enum What {
    /// An edit of a field, made on a version: whether it was taken.
    Edit {
        field: &'static str,
        version: i64,
        taken: bool,
    },
    /// A new record, and the id that every answer named.
    Create { id: i64 },
}

impl Desk {
    async fn editor(&self, number: u64) {
        let mut random = Rng::with_seed(number);
        let record = self.records[random.usize(..self.records.len())];
        let mut read = self.read(record).await;
        for edit in 0..EDITS {
            let mark = format!("{}-{number}-{edit}", self.side.records());
            if random.u8(..4) == 0 {
                self.create(&mark, &mut random).await;
                continue;
            }
            // Some work on with what they read long ago.
            if random.bool() {
                read = self.read(record).await;
            }
            self.edit(record, &read, &mark, &mut random).await;
        }
    }

    async fn read(&self, record: i64) -> Answer {
        self.client
            .get(&self.side.path_of(record))
            .await
            .with_status(200)
    }

    async fn edit(&self, record: i64, read: &Answer, mark: &str, random: &mut Rng) {
        let field = fields(self.side)[random.usize(..3)];
        let headers = [
            ("If-Match", read.header("etag")),
            ("X-Correlation-ID", mark),
        ];
        let path = self.side.path_of(record);
        let body = json!({ field: mark });
        let answer = self
            .client
            .send(Method::PATCH, &path, &headers, &body)
            .await;
        if answer.status == 409 {
            assert_eq!(
                answer.body["conflicts"][0]["field"], field,
                "{}",
                answer.body
            );
            assert_eq!(
                answer.body["conflicts"][0]["yours"], mark,
                "{}",
                answer.body
            );
        }
        let taken = match answer.status {
            200 => true,
            // Met another edit, or met so many that the service gave it up.
            409 | 503 => false,
            other => panic!("{other}: {}", answer.body),
        };
        let version = read.body["version"].as_i64().unwrap();
        self.tell(
            mark,
            What::Edit {
                field,
                version,
                taken,
            },
        );
    }

    /// Sends it until it is answered; the first times it hangs up early.
    async fn create(&self, mark: &str, random: &mut Rng) {
        let headers = [("Idempotency-Key", mark), ("X-Correlation-ID", mark)];
        let (path, body) = (self.side.records(), self.side.record(mark));
        let mut ids = BTreeSet::new();
        for attempt in 0..TRIES {
            let patience = match attempt {
                0..3 => Duration::from_millis(random.u64(1..40)),
                _ => Duration::from_secs(60),
            };
            let client = Client::with_timeout(self.client.port(), patience);
            let Ok(answer) = client.try_send(Method::POST, path, &headers, &body).await else {
                continue;
            };
            match answer.status {
                201 => {
                    ids.insert(answer.id());
                    // Once more, for the same answer.
                    if attempt >= 3 {
                        break;
                    }
                }
                // The one before is still at it.
                409 | 503 => tokio::task::yield_now().await,
                other => panic!("{other}: {}", answer.body),
            }
        }
        assert_eq!(ids.len(), 1, "{mark}: {ids:?}");
        for id in ids {
            self.tell(mark, What::Create { id });
        }
    }

    fn tell(&self, mark: &str, what: What) {
        let mark = mark.to_owned();
        self.told.lock().unwrap().push(Told { mark, what });
    }

    fn judge(&self, log: &[Event]) {
        let told = self.told.lock().unwrap();
        assert_eq!(told.len(), EDITORS as usize * EDITS as usize);
        let mut by_mark: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        for event in log {
            by_mark
                .entry(&event.correlation_id)
                .or_default()
                .push(event);
        }
        let (mut taken, mut refused, mut merged) = (0, 0, 0);
        for Told { mark, what } in told.iter() {
            let events = by_mark.remove(mark.as_str()).unwrap_or_default();
            match *what {
                What::Create { id } => {
                    assert_eq!(events.len(), 1, "{mark} was created {} times", events.len());
                    assert!(
                        events[0].key.ends_with(&format!(":{id}")),
                        "{mark}: {}",
                        events[0].key
                    );
                }
                What::Edit { taken: false, .. } => {
                    refused += 1;
                    assert!(events.is_empty(), "{mark} was refused and done");
                }
                What::Edit {
                    field,
                    version,
                    taken: true,
                } => {
                    taken += 1;
                    assert_eq!(events.len(), 1, "{mark} was acknowledged and is lost");
                    let event = events[0];
                    assert_eq!(event.data[field], *mark);
                    let changed: Vec<_> = event.previous.keys().collect();
                    assert_eq!(changed, [field], "{mark} changed what it did not name");
                    merged += u32::from(event.version > version + 1);
                    self.was_seen(log, event, field, version);
                }
            }
        }
        // Otherwise the test shows nothing.
        assert!(
            taken > 0 && refused > 0 && merged > 0,
            "{taken} {refused} {merged}"
        );
    }

    /// The value that an edit replaced is the one that its editor saw, or none was replaced since.
    fn was_seen(&self, log: &[Event], event: &Event, field: &str, seen: i64) {
        let before = log
            .iter()
            .filter(|other| other.key == event.key && other.version < event.version)
            .filter(|other| other.version == 1 || other.previous.contains_key(field))
            .max_by_key(|other| other.version);
        let before = before.unwrap();
        assert!(
            before.version <= seen,
            "{} of {} {} overwrote version {}, of which its editor saw {seen}",
            event.correlation_id,
            event.key,
            event.version,
            before.version
        );
        assert_eq!(event.previous[field], before.data[field]);
    }
}

#[derive(FromQueryResult)]
struct Row {
    key: String,
    version: i64,
    correlation_id: String,
    payload: String,
}

struct Event {
    key: String,
    version: i64,
    correlation_id: String,
    data: Map<String, Value>,
    previous: Map<String, Value>,
}

async fn log(stack: &Stack, side: Side) -> Vec<Event> {
    const ALL: &str = "SELECT key, version, correlation_id, payload FROM events ORDER BY sequence";
    let database = stack.database(side).await;
    let all = Statement::from_string(database.get_database_backend(), ALL);
    let rows = Row::find_by_statement(all).all(&database).await.unwrap();
    let event = |row: Row| {
        let payload: Value = serde_json::from_str(&row.payload).unwrap();
        let object = |member: &str| payload[member].as_object().cloned().unwrap_or_default();
        Event {
            key: row.key,
            version: row.version,
            correlation_id: row.correlation_id,
            data: object("data"),
            previous: object("previous"),
        }
    };
    rows.into_iter().map(event).collect()
}
