/** What can be done to a registered module, as it stands. For admins. */

import { SteerButton } from '../steer/steer-button.tsx'
import { optionChoices, moduleChoice, partitionsChoice } from './registration-choices.ts'
import { partitionsText, type Registration } from './registration.ts'

interface ButtonsProps {
  readonly of: Registration
  readonly onDone: () => void
}

export const checkedFirst = 'Every node loads and checks it first; where one refuses, nothing is changed.'

export const RegistrationButtons = ({ of: registration, onDone }: ButtonsProps) => {
  const { module, actor, state, options, partitions } = registration
  const args = { module }
  const isCanary = state === 'CANARY'
  const isShadow = state === 'SHADOW'
  return (
    <>
      {(state === 'DISABLED' || state === 'UNREGISTERED') && (
        <SteerButton
          verb={state === 'DISABLED' ? 'Enable' : 'Register'}
          label={`${state === 'DISABLED' ? 'Enable' : 'Register'} ${module}`}
          title={`${state === 'DISABLED' ? 'Enable' : 'Register'} ${module}`}
          says={`It runs from where it was. ${checkedFirst}`}
          mutation={state === 'DISABLED' ? 'enableActor' : 'registerActor'}
          args={args}
          onDone={onDone}
        />
      )}
      {state !== 'UNREGISTERED' && (
        <SteerButton
          verb="Configure"
          label={`Configure ${module}`}
          title={`Configure ${module}`}
          says={`These are all that is set from now on; what stays empty is the module's own. ${checkedFirst}`}
          mutation="configureActor"
          args={args}
          choices={optionChoices(options)}
          onDone={onDone}
        />
      )}
      {isCanary && (
        <>
          <SteerButton
            verb="Partitions"
            label={`Change the partitions of ${module}`}
            title={`Change the partitions of ${module}`}
            says="It has these from now on, and no others; it goes on where the version that runs was."
            mutation="canaryActor"
            args={args}
            choices={[partitionsChoice(partitionsText(partitions))]}
            onDone={onDone}
          />
        </>
      )}
      {isShadow && (
        <SteerButton
          verb="Canary"
          label={`Make ${module} a canary`}
          title={`Make ${module} a canary`}
          says={`It handles these partitions from now on, from where they are, and is no shadow any more. ${checkedFirst}`}
          mutation="canaryActor"
          args={args}
          choices={[partitionsChoice()]}
          onDone={onDone}
        />
      )}
      {(isCanary || isShadow) && (
        <>
          <SteerButton
            verb="Promote"
            label={`Promote ${module}`}
            title={`Promote ${module}`}
            says={`It runs in the place of the version that does, from where it is. ${checkedFirst}`}
            mutation="promoteActor"
            args={args}
            onDone={onDone}
          />
          <RollBackButton actor={actor} verb={isCanary ? 'End canary' : 'End shadow'} onDone={onDone} />
        </>
      )}
      {state === 'ENABLED' && (
        <SteerButton
          verb="Disable"
          label={`Disable ${module}`}
          title={`Disable ${module}`}
          says="It does not run any more until it is enabled; its progress is kept."
          mutation="disableActor"
          args={args}
          isGrave
          onDone={onDone}
        />
      )}
      {state !== 'UNREGISTERED' && !isCanary && !isShadow && (
        <SteerButton
          verb="Unregister"
          label={`Unregister ${module}`}
          title={`Unregister ${module}`}
          says="It does not run any more, and what was set of it is forgotten. Registered again it goes on where it was."
          mutation="unregisterActor"
          args={args}
          isGrave
          onDone={onDone}
        />
      )}
    </>
  )
}

interface RollBackProps {
  readonly actor: string
  readonly verb?: string
  readonly onDone: () => void
}

export const RollBackButton = ({ actor, verb = 'Roll back', onDone }: RollBackProps) => (
  <SteerButton
    verb={verb}
    label={`${verb} of ${actor}`}
    title={`${verb} of ${actor}`}
    says="What runs beside it or instead of it gives back its place to the version before. What was handled stays handled."
    mutation="rollBackActor"
    args={{ actor }}
    isGrave
    onDone={onDone}
  />
)

interface NewProps {
  /** As it is typed at first. */
  readonly module?: string
  readonly onDone: () => void
}

export const RegisterButton = ({ module, onDone }: NewProps) => (
  <SteerButton
    verb="Register a module"
    title="Register a module"
    says={`It runs from now on, without a restart. ${checkedFirst} With the first registration all that runs then is registered, too.`}
    mutation="registerActor"
    args={{}}
    choices={[moduleChoice(module), ...optionChoices()]}
    onDone={onDone}
  />
)

/** Another version of an actor is a module of its own. */
export const VersionButtons = ({ onDone }: NewProps) => (
  <>
    <SteerButton
      verb="Begin a shadow"
      title="Begin a shadow"
      says={`Another version of an actor, a module that defines it under the same name, sees what the version that runs has handled. What it does is compared, and nothing of it is kept. ${checkedFirst}`}
      mutation="shadowActor"
      args={{}}
      choices={[moduleChoice()]}
      onDone={onDone}
    />
    <SteerButton
      verb="Begin a canary"
      title="Begin a canary"
      says={`Another version of an actor, a module that defines it under the same name, handles some of its partitions. ${checkedFirst}`}
      mutation="canaryActor"
      args={{}}
      choices={[moduleChoice(), partitionsChoice()]}
      onDone={onDone}
    />
    <SteerButton
      verb="Promote a version"
      title="Promote a version"
      says={`Another version of an actor, a module that defines it under the same name, runs in the place of the one that does. ${checkedFirst}`}
      mutation="promoteActor"
      args={{}}
      choices={[moduleChoice()]}
      onDone={onDone}
    />
  </>
)
