//! books-service: owns books, keeps a cache of authors, and links the two.

pub mod adapters;
pub mod application;
pub mod config;
pub mod domain;
pub mod service;
