//! `POST /api/v1/sheets?name=FILE`: the bytes of a CSV or XLSX file; the answer is the body of the act `import-sheet`,
//! with the columns as they are remembered or guessed, to be corrected and sent there. Reading keeps nothing.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State as With, rejection::QueryRejection},
    http::HeaderMap,
};
use plantgate_app::{
    Stop,
    import::sheet::{How, SheetDefaults, guessed, open_aside},
    power::{self, Power},
    read::Memory,
};
use plantgate_domain::base::{Refusal, Why};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    acts,
    problem::{Body, Problem},
};
use crate::door::{session::Token, state::State};

/// How to read the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Name of the file, for complaints and for the record.
    name: String,
    /// The worksheet.
    #[serde(default)]
    sheet: Option<String>,
    /// Line of the titles.
    #[serde(default)]
    header: Option<u64>,
    /// An empty firm means the firm above.
    #[serde(default)]
    down: bool,
}

/// Reads a sheet.
pub async fn read(
    With(state): With<State>,
    who: Token,
    asked: Result<Query<Asked>, QueryRejection>,
    bytes: Bytes,
) -> Result<Json<Value>, Problem> {
    who.may_one_of(&["import-sheet"])?;
    let Token(who) = who;
    let mut look = state.app.store().look().await?;
    if !power::could(&who.person, power::Import::KEY, &[], &look.rules()) {
        return Err(Stop::from(Refusal::new("R-13", "stop-no-power")).into());
    }
    let Query(asked) = asked.map_err(|_| Stop::field("name", Why::of("invalid-empty")))?;
    let how = How { sheet: asked.sheet, header: asked.header };
    let opened = open_aside(asked.name, bytes, how, *state.app.store().limits()).await?;
    let first = guessed(&mut look, &opened).await?;
    let act = opened.act(first.columns, SheetDefaults::default(), Vec::new(), asked.down)?;
    Ok(Json(json!({ "titles": opened.sheet.titles, "sheets": opened.sheet.sheets, "remembered": first.remembered,
        "act": act })))
}

/// The act `import-sheet`, whose body may be as long as a sheet is.
pub async fn import(
    state: With<State>,
    who: Token,
    how: Result<Query<acts::How>, QueryRejection>,
    headers: HeaderMap,
    body: Body<Value>,
) -> Result<Json<Value>, Problem> {
    acts::act(state, who, Path("import-sheet".to_owned()), how, headers, body).await
}
