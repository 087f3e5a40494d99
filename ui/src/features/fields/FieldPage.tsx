export function NewFieldPage() { return <div /> }
export function FieldPage() { return <div /> }
