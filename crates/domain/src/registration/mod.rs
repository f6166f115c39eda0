//! A registration, on one page: admit → parse → issue.
