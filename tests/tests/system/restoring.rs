//! Records that are deleted and restored, and former fields that are brought back: the other side
//! follows.

use serde_json::{Value, json};
use system_tests::{Side, Stack};

use crate::traffic::arrives;

#[tokio::test]
async fn what_is_restored_or_reverted_shows_on_the_other_side() {
    shows_on_the_other_side(&Stack::embedded().await).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
async fn what_one_program_restores_or_reverts_shows_at_the_other() {
    shows_on_the_other_side(&Stack::servers().await).await;
}

async fn shows_on_the_other_side(stack: &Stack) {
    for side in Side::BOTH {
        let (client, far) = (stack.client(side), side.other());
        let id = stack.create(side, "First").await;
        let linked = stack.create(far, "Linked").await;
        stack.settled().await;
        let link = client
            .post(&side.links_of(id), &side.link_to(&[linked]))
            .await;
        let _linked = link.with_status(200);
        arrives(stack).await;
        assert_eq!(embedded(stack, far, linked).await, [(id, "First".into())]);

        let path = side.path_of(id);
        let _deleted = client.delete(&path).await.with_status(204);
        arrives(stack).await;
        assert_eq!(embedded(stack, far, linked).await, []);

        let restored = client.post(&format!("{path}/restore"), &Value::Null).await;
        let _restored = restored.with_status(200);
        arrives(stack).await;
        assert_eq!(embedded(stack, far, linked).await, [(id, "First".into())]);
        assert_eq!(
            embedded(stack, side, id).await,
            [(linked, "Linked".into())],
            "its links are back"
        );

        let revised = client.put(&path, &side.record("Second")).await;
        let _revised = revised.with_status(200);
        arrives(stack).await;
        assert_eq!(embedded(stack, far, linked).await, [(id, "Second".into())]);
        let reverted = client
            .post(&format!("{path}/revert"), &json!({ "to": 1 }))
            .await;
        let _reverted = reverted.with_status(200);
        arrives(stack).await;
        assert_eq!(embedded(stack, far, linked).await, [(id, "First".into())]);
    }
}

/// The records of the other side that this side shows with one of its own, by id and name.
async fn embedded(stack: &Stack, side: Side, id: i64) -> Vec<(i64, String)> {
    let answer = stack.client(side).get(&side.path_of(id)).await;
    let (list, name) = match side {
        Side::Authors => ("books", "title"),
        Side::Books => ("authors", "name"),
    };
    let records = answer.with_status(200).body[list]
        .as_array()
        .unwrap()
        .clone();
    let shown = |record: Value| {
        let name = record[name].as_str().unwrap().to_owned();
        (record["id"].as_i64().unwrap(), name)
    };
    records.into_iter().map(shown).collect()
}
