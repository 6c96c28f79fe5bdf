//! The spatial index of a layer: an R-tree.
//!
//! Belongs here: the index, the triggers that keep it, and filling it in one go. Does not belong
//! here: which layers have one (`geopackage`).
//!
//! A million single insertions into an R-tree of SQLite take longer than everything else about a
//! million rows. An index that is made for many rows at once is packed instead: boxes are put in
//! strips (sort-tile-recursive) and written as the nodes that the module itself would write.
//!
//! # Source
//! GeoPackage 1.4, annex F.3, for the triggers; `ext/rtree/rtree.c` of SQLite for the node format;
//! Leutenegger, Lopez and Edgington, *STR: A simple and efficient algorithm for R-tree packing*
//! (1997).

use rusqlite::{Connection, params};

use crate::geometry_bytes;

/// How many triggers keep an index.
pub(super) const TRIGGERS: i64 = 7;

/// Bytes of one cell: a number and four coordinates.
const CELL: usize = 8 + 4 * 4;

/// Cells that SQLite puts into a node at most, whatever the page size.
const CELLS: usize = 51;

/// The deepest tree that SQLite reads.
const DEEPEST: usize = 40;

pub(super) fn table(layer: &str) -> String {
    format!(
        "CREATE VIRTUAL TABLE \"rtree_{layer}_geom\" USING rtree(id, minx, maxx, miny, maxy);\n"
    )
}

/// The triggers, worded as in the standard, since validators compare them.
pub(super) fn triggers(layer: &str) -> String {
    const FORM: &str = r#"
CREATE TRIGGER "rtree_{t}_geom_insert" AFTER INSERT ON "{t}"
  WHEN (new."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN
  INSERT OR REPLACE INTO "rtree_{t}_geom" VALUES (
    NEW."fid",
    ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"),
    ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")
  );
END;
CREATE TRIGGER "rtree_{t}_geom_update6" AFTER UPDATE OF "geom" ON "{t}"
  WHEN OLD."fid" = NEW."fid" AND
       (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) AND
       (OLD."geom" NOTNULL AND NOT ST_IsEmpty(OLD."geom"))
BEGIN
  UPDATE "rtree_{t}_geom" SET
    minx = ST_MinX(NEW."geom"),
    maxx = ST_MaxX(NEW."geom"),
    miny = ST_MinY(NEW."geom"),
    maxy = ST_MaxY(NEW."geom")
  WHERE id = NEW."fid";
END;
CREATE TRIGGER "rtree_{t}_geom_update7" AFTER UPDATE OF "geom" ON "{t}"
  WHEN OLD."fid" = NEW."fid" AND
       (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) AND
       (OLD."geom" ISNULL OR ST_IsEmpty(OLD."geom"))
BEGIN
  INSERT INTO "rtree_{t}_geom" VALUES (
    NEW."fid",
    ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"),
    ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")
  );
END;
CREATE TRIGGER "rtree_{t}_geom_update2" AFTER UPDATE OF "geom" ON "{t}"
  WHEN OLD."fid" = NEW."fid" AND
       (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom"))
BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id = OLD."fid";
END;
CREATE TRIGGER "rtree_{t}_geom_update5" AFTER UPDATE ON "{t}"
  WHEN OLD."fid" != NEW."fid" AND
       (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom"))
BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id = OLD."fid";
  INSERT OR REPLACE INTO "rtree_{t}_geom" VALUES (
    NEW."fid",
    ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"),
    ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")
  );
END;
CREATE TRIGGER "rtree_{t}_geom_update4" AFTER UPDATE ON "{t}"
  WHEN OLD."fid" != NEW."fid" AND
       (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom"))
BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id IN (OLD."fid", NEW."fid");
END;
CREATE TRIGGER "rtree_{t}_geom_delete" AFTER DELETE ON "{t}"
  WHEN old."geom" NOT NULL
BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id = OLD."fid";
END;
"#;
    FORM.replace("{t}", layer)
}

pub(super) fn drop_triggers(layer: &str) -> String {
    ["insert", "update6", "update7", "update2", "update5", "update4", "delete"]
        .into_iter()
        .map(|name| format!("DROP TRIGGER IF EXISTS \"rtree_{layer}_geom_{name}\";\n"))
        .collect()
}

/// How many rows an index has.
pub(super) fn len(connection: &Connection, layer: &str) -> rusqlite::Result<u64> {
    let sql = format!("SELECT count(*) FROM \"rtree_{layer}_geom_rowid\"");
    connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// One entry of a node: a row or a node below, and the box around it.
#[derive(Clone, Copy)]
struct Cell {
    number: i64,
    min_x: f32,
    max_x: f32,
    min_y: f32,
    max_y: f32,
}

/// Makes the index of a layer anew from its rows.
pub(super) fn fill(connection: &Connection, layer: &str) -> rusqlite::Result<()> {
    let mut cells = Vec::new();
    {
        let sql = format!("SELECT fid, geom FROM \"{layer}\" WHERE geom IS NOT NULL");
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let bounds = row.get_ref(1)?.as_blob().ok().and_then(geometry_bytes::bounds_of_blob);
            if let Some([w, s, e, n]) = bounds {
                cells.push(Cell {
                    number: row.get(0)?,
                    min_x: below(w),
                    max_x: above(e),
                    min_y: below(s),
                    max_y: above(n),
                });
            }
        }
    }
    for part in ["node", "parent", "rowid"] {
        connection.execute(&format!("DELETE FROM \"rtree_{layer}_geom_{part}\""), [])?;
    }
    let insert = |part: &str| {
        connection.prepare(&format!("INSERT INTO \"rtree_{layer}_geom_{part}\" VALUES (?1, ?2)"))
    };
    let (mut nodes, mut parents, mut rows) = (insert("node")?, insert("parent")?, insert("rowid")?);
    let mut next = 2_i64;
    let mut leaves = true;
    let mut depth = 0_u16;
    let mut places: Vec<(i64, i64)> = Vec::with_capacity(cells.len());
    while cells.len() > CELLS && usize::from(depth) < DEEPEST {
        let mut parents_of = Vec::with_capacity(cells.len() / CELLS + 1);
        for group in tiles(&mut cells) {
            let number = next;
            next += 1;
            nodes.execute(params![number, node(0, group)])?;
            places.extend(group.iter().map(|cell| (cell.number, number)));
            parents_of.push(around(number, group));
        }
        write_places(&mut places, if leaves { &mut rows } else { &mut parents })?;
        cells = parents_of;
        leaves = false;
        depth += 1;
    }
    nodes.execute(params![1, node(depth, &cells)])?;
    places.extend(cells.iter().map(|cell| (cell.number, 1)));
    write_places(&mut places, if leaves { &mut rows } else { &mut parents })
}

/// Which node each row or node is in, in the order of the table that says so.
fn write_places(
    places: &mut Vec<(i64, i64)>,
    to: &mut rusqlite::Statement<'_>,
) -> rusqlite::Result<()> {
    places.sort_unstable();
    for (number, node) in places.drain(..) {
        to.execute(params![number, node])?;
    }
    Ok(())
}

/// Cells that lie together, in groups that fill a node each.
fn tiles(cells: &mut [Cell]) -> impl Iterator<Item = &[Cell]> {
    let nodes = cells.len().div_ceil(CELLS);
    let strips = (1..).find(|strips: &usize| strips * strips >= nodes).unwrap_or(1);
    let in_strip = cells.len().div_ceil(strips);
    cells.sort_unstable_by(|a, b| {
        (a.min_x + a.max_x).total_cmp(&(b.min_x + b.max_x)).then(a.number.cmp(&b.number))
    });
    for strip in cells.chunks_mut(in_strip) {
        strip.sort_unstable_by(|a, b| {
            (a.min_y + a.max_y).total_cmp(&(b.min_y + b.max_y)).then(a.number.cmp(&b.number))
        });
    }
    cells.chunks(in_strip).flat_map(|strip| {
        // Evenly filled: a node that is nearly empty would be merged away at the next deletion.
        strip.chunks(strip.len().div_ceil(strip.len().div_ceil(CELLS)))
    })
}

fn around(number: i64, group: &[Cell]) -> Cell {
    let start = Cell {
        number,
        min_x: f32::INFINITY,
        max_x: f32::NEG_INFINITY,
        min_y: f32::INFINITY,
        max_y: f32::NEG_INFINITY,
    };
    group.iter().fold(start, |around, cell| Cell {
        number,
        min_x: around.min_x.min(cell.min_x),
        max_x: around.max_x.max(cell.max_x),
        min_y: around.min_y.min(cell.min_y),
        max_y: around.max_y.max(cell.max_y),
    })
}

/// The bytes of a node: depth of the tree, which only the root tells, count, cells, zeros.
fn node(depth: u16, cells: &[Cell]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 + CELLS * CELL);
    bytes.extend(depth.to_be_bytes());
    bytes.extend(u16::try_from(cells.len()).unwrap_or(0).to_be_bytes());
    for cell in cells {
        bytes.extend(cell.number.to_be_bytes());
        for number in [cell.min_x, cell.max_x, cell.min_y, cell.max_y] {
            bytes.extend(number.to_be_bytes());
        }
    }
    bytes.resize(4 + CELLS * CELL, 0);
    bytes
}

/// The greatest number of single precision that is not above.
fn below(number: f64) -> f32 {
    let near = nearest(number);
    if f64::from(near) > number { near.next_down() } else { near }
}

/// The least number of single precision that is not below.
fn above(number: f64) -> f32 {
    let near = nearest(number);
    if f64::from(near) < number { near.next_up() } else { near }
}

#[expect(clippy::cast_possible_truncation, reason = "the lost digits are what is rounded")]
fn nearest(number: f64) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;
    use crate::geometry_bytes::{geopackage_blob, rectangle};

    fn layer(boxes: &[(f64, f64, f64)]) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        crate::sqlite::geopackage::register_functions(&connection).unwrap();
        connection.execute_batch("CREATE TABLE t (fid INTEGER PRIMARY KEY, geom BLOB)").unwrap();
        connection.execute_batch(&table("t")).unwrap();
        for (x, y, size) in boxes {
            let blob = geopackage_blob(&rectangle([*x, *y, x + size, y + size])).unwrap();
            connection.execute("INSERT INTO t (geom) VALUES (?1)", [blob]).unwrap();
        }
        fill(&connection, "t").unwrap();
        connection.execute_batch(&triggers("t")).unwrap();
        connection
    }

    fn found(connection: &Connection, [w, s, e, n]: [f64; 4]) -> Vec<i64> {
        let sql = "SELECT id FROM rtree_t_geom WHERE maxx >= ?1 AND maxy >= ?2 AND minx <= ?3
            AND miny <= ?4 ORDER BY id";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([w, s, e, n], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    fn check(connection: &Connection) -> String {
        connection.query_row("SELECT rtreecheck('rtree_t_geom')", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_packed_index_is_one_of_sqlite_and_lives_on() {
        for count in [0_u32, 1, 51, 52, 2_700, 5_000] {
            let boxes: Vec<(f64, f64, f64)> = (0..count)
                .map(|at| (f64::from(at * 7 % 101), f64::from(at * 13 % 97), 0.1))
                .collect();
            let connection = layer(&boxes);
            assert_eq!(check(&connection), "ok", "{count} rows");
            connection.execute_batch("DELETE FROM t WHERE fid % 3 = 0").unwrap();
            let blob = geopackage_blob(&rectangle([5.0, 5.0, 6.0, 6.0])).unwrap();
            connection.execute("INSERT INTO t (geom) VALUES (?1)", [blob]).unwrap();
            assert_eq!(check(&connection), "ok", "{count} rows, changed");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn nothing_in_a_box_is_missed(
            boxes in prop::collection::vec((-180.0..180.0f64, -90.0..90.0f64, 0.0..1.0f64), 0..400),
            west in -180.0..180.0f64, south in -90.0..90.0f64, size in 0.0..60.0f64,
        ) {
            let asked = [west, south, west + size, south + size];
            let connection = layer(&boxes);
            let found = found(&connection, asked);
            for (at, (x, y, s)) in boxes.iter().enumerate() {
                if geometry_bytes::meet(&[*x, *y, x + s, y + s], &asked) {
                    prop_assert!(found.contains(&(i64::try_from(at).unwrap() + 1)));
                }
            }
        }
    }
}
