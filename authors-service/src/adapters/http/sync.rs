//! `/sync`.

use actix_web::web::Json;
use replication::sync::SyncReport;
use service_host::of_store;
use service_kit::{
    health::Ready,
    problem::{Problem, ProblemBody},
};

use super::api::Api;

/// How this service stands to its own log and to the other side's.
#[utoipa::path(
    get, path = "/sync", tag = "operation",
    responses(
        (status = 200, body = SyncReport),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn sync(Ready(api): Ready<Api>) -> Result<Json<SyncReport>, Problem> {
    Ok(Json(api.queries().sync().await.map_err(of_store)?))
}
