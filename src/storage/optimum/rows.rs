//! A linear program in rows, and the interior-point solver that answers it.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SolverStatus, ZeroConeT};

use super::plan::LpStatus;

/// Variables are 0 or more; one that cannot be anything else is none.
pub(super) type Variable = Option<usize>;

/// A linear program: least cost over variables of 0 or more, under equations and upper limits.
#[derive(Default)]
pub(super) struct Program {
    costs: Vec<f64>,
    equations: Block,
    limits: Block,
}

/// Rows with their right sides.
#[derive(Default)]
struct Block {
    entries: Vec<(usize, usize, f64)>,
    right: Vec<f64>,
}

impl Block {
    /// A row; none when all its variables are fixed at 0.
    fn push(&mut self, terms: &[(Variable, f64)], right: f64) {
        let row = self.right.len();
        let count = self.entries.len();
        self.entries.extend(terms.iter().filter_map(|&(variable, factor)| Some((row, variable?, factor))));
        if self.entries.len() > count {
            self.right.push(right);
        }
    }
}

impl Program {
    /// A variable from 0 to `most`, with its cost; none when `most` is 0.
    pub fn variable(&mut self, cost: f64, most: f64) -> Variable {
        if most <= 0.0 {
            return None;
        }
        let variable = Some(self.costs.len());
        self.costs.push(cost);
        self.limits.push(&[(variable, -1.0)], 0.0);
        if most.is_finite() {
            self.at_most(&[(variable, 1.0)], most);
        }
        variable
    }

    /// Adds to the cost of a variable.
    pub fn add_cost(&mut self, variable: usize, cost: f64) {
        self.costs[variable] += cost;
    }

    /// `Σ factor·variable = right`.
    pub fn equal(&mut self, terms: &[(Variable, f64)], right: f64) {
        self.equations.push(terms, right);
    }

    /// `Σ factor·variable ≤ right`.
    pub fn at_most(&mut self, terms: &[(Variable, f64)], right: f64) {
        self.limits.push(terms, right);
    }

    /// The least cost and the variables that have it.
    pub fn solve(self) -> Answer {
        let (columns, equations, limits) = (self.costs.len(), self.equations.right.len(), self.limits.right.len());
        if columns == 0 {
            return Answer { values: vec![], cost: 0.0, status: LpStatus::Optimal };
        }
        let below = self.limits.entries.into_iter().map(|(row, column, factor)| (equations + row, column, factor));
        let entries: Vec<_> = self.equations.entries.into_iter().chain(below).collect();
        let matrix = CscMatrix::new_from_triplets(
            equations + limits,
            columns,
            entries.iter().map(|entry| entry.0).collect(),
            entries.iter().map(|entry| entry.1).collect(),
            entries.iter().map(|entry| entry.2).collect(),
        );
        let right = [self.equations.right, self.limits.right].concat();
        let cones = [ZeroConeT(equations), NonnegativeConeT(limits)];
        let settings = DefaultSettings { verbose: false, ..Default::default() };
        let no_squares = CscMatrix::zeros((columns, columns));
        let Ok(mut solver) = DefaultSolver::new(&no_squares, &self.costs, &matrix, &right, &cones, settings) else {
            return Answer { values: vec![], cost: 0.0, status: LpStatus::Failed };
        };
        solver.solve();
        let status = match solver.solution.status {
            SolverStatus::Solved => LpStatus::Optimal,
            SolverStatus::AlmostSolved => LpStatus::Rough,
            _ => LpStatus::Failed,
        };
        Answer { values: solver.solution.x, cost: solver.solution.obj_val, status }
    }
}

/// What the solver found.
pub(super) struct Answer {
    values: Vec<f64>,
    /// The least cost.
    pub cost: f64,
    /// How far to trust it.
    pub status: LpStatus,
}

impl Answer {
    /// The value of a variable; 0 for one that is fixed there or was not found.
    pub fn value(&self, variable: Variable) -> f64 {
        variable.and_then(|index| self.values.get(index)).map_or(0.0, |value| value.max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_of_two_variables_is_solved() {
        // Least −3x − 2y with x ≤ 4, x + y = 5: x = 4, y = 1, cost −14.
        let mut program = Program::default();
        let x = program.variable(-3.0, 4.0);
        let y = program.variable(-2.0, f64::INFINITY);
        let fixed = program.variable(-100.0, 0.0);
        program.equal(&[(x, 1.0), (y, 1.0), (fixed, 1.0)], 5.0);
        let answer = program.solve();
        assert_eq!(answer.status, LpStatus::Optimal);
        assert!((answer.cost + 14.0).abs() < 1e-7);
        assert!((answer.value(x) - 4.0).abs() < 1e-7 && (answer.value(y) - 1.0).abs() < 1e-7);
        assert_eq!(answer.value(fixed), 0.0);
    }

    #[test]
    fn what_has_no_solution_is_a_status() {
        let mut program = Program::default();
        let x = program.variable(1.0, 1.0);
        program.equal(&[(x, 1.0)], 2.0);
        assert_eq!(program.solve().status, LpStatus::Failed);
        let mut unbounded = Program::default();
        unbounded.variable(-1.0, f64::INFINITY);
        assert_eq!(unbounded.solve().status, LpStatus::Failed);
        assert_eq!(Program::default().solve().status, LpStatus::Optimal);
    }
}
