//! The tables as sea-orm sees them.
#![expect(unreachable_pub, reason = "the derive macros need public types")]

pub mod events {
    use sea_orm::entity::prelude::*;
    use serde::Serialize;

    /// The log: only ever appended to.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i64,
        pub epoch: i64,
        pub event_id: Uuid,
        pub event_type: String,
        pub key: String,
        pub version: i64,
        pub correlation_id: String,
        pub actor: Option<String>,
        pub timestamp: DateTimeUtc,
        #[sea_orm(column_type = "Text")]
        pub payload: String,
        pub traceparent: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod log_head {
    use sea_orm::entity::prelude::*;

    /// One row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub epoch: i64,
        pub last_sequence: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod relay_state {
    use sea_orm::entity::prelude::*;

    /// One row.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "relay_state")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub published_through: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod checkpoints {
    use sea_orm::entity::prelude::*;

    /// One row for each producer and epoch.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "checkpoints")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub producer: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub epoch: i64,
        pub settled_through: i64,
        /// Settled ranges above a gap: a JSON array of `[first, last]`.
        #[sea_orm(column_type = "Text")]
        pub settled_above: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod parked {
    use sea_orm::entity::prelude::*;

    /// One row for each message that could not be applied.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "parked")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub producer: Option<String>,
        pub epoch: Option<i64>,
        pub sequence: Option<i64>,
        pub event_id: Option<Uuid>,
        pub event_type: Option<String>,
        pub body: Vec<u8>,
        #[sea_orm(column_type = "Text")]
        pub reason: String,
        pub attempts: i32,
        pub first_failed_at: DateTimeUtc,
        pub last_failed_at: DateTimeUtc,
        pub next_attempt_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod quarantine {
    use sea_orm::entity::prelude::*;

    /// One row for each version of a copied record that its owner did not know.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "quarantine")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub epoch: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        pub deleted: bool,
        #[sea_orm(column_type = "Text")]
        pub data: String,
        pub found_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod idempotency_keys {
    use sea_orm::entity::prelude::*;
    use serde::Serialize;

    /// One row for each answer that is kept.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize)]
    #[sea_orm(table_name = "idempotency_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        #[sea_orm(column_type = "Text")]
        pub scope: String,
        pub fingerprint: String,
        #[sea_orm(column_type = "Text")]
        pub answer: String,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
