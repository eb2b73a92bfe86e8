//! Services that are killed at each step of a write's way.

use system_tests::{PATIENCE, Side, Stack, own_virtual_host};

use crate::{
    report::full_or,
    scenario::{Scenario, put_aside, some},
};

/// A step after which, or before which, a service dies.
#[derive(Debug, Clone, Copy)]
enum Step {
    BeforeCommit,
    AfterCommit,
    AfterPublish,
    AfterConfirm,
    AfterApply,
    BeforeAck,
}

impl Step {
    /// The place's name in the program.
    fn name(self) -> &'static str {
        match self {
            Self::BeforeCommit => "before_commit",
            Self::AfterCommit => "after_commit",
            Self::AfterPublish => "after_publish",
            Self::AfterConfirm => "after_confirm",
            Self::AfterApply => "after_apply",
            Self::BeforeAck => "before_ack",
        }
    }
}

macro_rules! kills {
    ($($test:ident: $side:ident $step:ident $fault:literal,)*) => {
        $(
            #[tokio::test]
            #[ignore = "needs PostgreSQL and RabbitMQ: tests/run.sh"]
            async fn $test() {
                costs_nothing($fault, Side::$side, Step::$step).await;
            }
        )*
    };
}

kills! {
    authors_service_killed_before_a_commit_costs_nothing:
        Authors BeforeCommit "kill: authors-service before commit",
    authors_service_killed_after_a_commit_costs_nothing:
        Authors AfterCommit "kill: authors-service after commit",
    authors_service_killed_after_it_published_costs_nothing:
        Authors AfterPublish "kill: authors-service after publish",
    authors_service_killed_after_the_confirm_costs_nothing:
        Authors AfterConfirm "kill: authors-service after confirm",
    authors_service_killed_after_it_applied_costs_nothing:
        Authors AfterApply "kill: authors-service after apply",
    authors_service_killed_before_it_acknowledges_costs_nothing:
        Authors BeforeAck "kill: authors-service before ack",
    books_service_killed_before_a_commit_costs_nothing:
        Books BeforeCommit "kill: books-service before commit",
    books_service_killed_after_a_commit_costs_nothing:
        Books AfterCommit "kill: books-service after commit",
    books_service_killed_after_it_published_costs_nothing:
        Books AfterPublish "kill: books-service after publish",
    books_service_killed_after_the_confirm_costs_nothing:
        Books AfterConfirm "kill: books-service after confirm",
    books_service_killed_after_it_applied_costs_nothing:
        Books AfterApply "kill: books-service after apply",
    books_service_killed_before_it_acknowledges_costs_nothing:
        Books BeforeAck "kill: books-service before ack",
}

async fn costs_nothing(fault: &'static str, side: Side, step: Step) {
    let broker_url = own_virtual_host().await;
    let stack = Stack::stopped_servers_on(&broker_url).await;
    let mut scenario = Scenario::begin(fault, stack, &broker_url).await;
    for times in full_or(&[1, 3, 20][..], &[1, 9][..]) {
        let stack = &mut scenario.stack;
        let armed = format!("{}:{times}", step.name());
        stack.set(side, "COLOPHON_FAIL_POINT", Some(armed));
        stack.start(side);
        let process = stack.process(side);
        assert_eq!(process.ended(PATIENCE).await, None, "a signal ends it");
        let last_words = process.stderr();
        let place = format!("fail point {}", step.name());
        assert!(last_words.contains(&place), "{last_words}");

        stack.set(side, "COLOPHON_FAIL_POINT", None);
        stack.start(side);
        scenario.load().progress(side, some() / 2).await;
    }
    let stack = scenario.ends_well().await;
    assert_eq!(put_aside(&stack).await, [0, 0]);
}
