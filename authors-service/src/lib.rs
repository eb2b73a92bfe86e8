//! authors-service: owns authors, keeps a cache of books, and links the two.

pub mod adapters;
pub mod application;
pub mod config;
pub mod domain;
pub mod service;
