//! Whose people a database holds.

use chathub_hub::ports::PortError;

use super::database::{LOCAL, Sqlite};
use super::trouble::failed;

impl Sqlite {
    /// Whose directory the database keeps: [`LOCAL`], or the address of the ChatHub whose people it mirrors. Said once,
    /// as `directory` if nothing contradicts it yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim(&self, directory: &str) -> Result<String, PortError> {
        let operation = "claiming a database";
        let mut write = self.write(operation).await?;
        sqlx::query(
            "UPDATE installation SET directory = $1
             WHERE directory IS NULL AND ($1 = 'local' OR NOT EXISTS (SELECT 1 FROM companies))",
        )
        .bind(directory)
        .execute(&mut *write)
        .await
        .map_err(failed(operation))?;
        write.commit().await?;
        self.directory().await
    }

    /// As [`claim`](Self::claim), and nothing is said: an undecided database is its own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn directory(&self) -> Result<String, PortError> {
        let (directory,): (String,) = sqlx::query_as("SELECT COALESCE(directory, 'local') FROM installation")
            .fetch_one(&self.readers)
            .await
            .map_err(failed("asking whose a database is"))?;
        Ok(directory)
    }

    /// The ChatHub whose people these are is at another address now. `false` when they are the database's own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn move_directory(&self, address: &str) -> Result<bool, PortError> {
        let operation = "moving a directory";
        let mut write = self.write(operation).await?;
        let done = sqlx::query("UPDATE installation SET directory = $1 WHERE directory <> $2")
            .bind(address)
            .bind(LOCAL)
            .execute(&mut *write)
            .await
            .map_err(failed(operation))?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}
