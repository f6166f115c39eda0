//! From the first sign-in to the day when registration is required.

use super::browser;
use crate::world::World;

both! {
    async fn the_story_of_an_administrator_is_told_with_script(world: World) {
        let story = browser(&world, "story.mjs", &[("SCRIPT", "on")]).await;
        assert_eq!(story["steps"].as_array().map(Vec::len), Some(8), "{story}");
    }

    async fn the_story_of_an_administrator_is_told_without_script(world: World) {
        let story = browser(&world, "story.mjs", &[("SCRIPT", "off")]).await;
        assert_eq!(story["steps"].as_array().map(Vec::len), Some(8), "{story}");
    }
}
